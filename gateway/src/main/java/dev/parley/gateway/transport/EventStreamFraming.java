package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Frames as messages of an event stream (WHATWG HTML, section 9.2): an event with its epoch and seq
 * as id, a signal under the name {@code signal}, the end under the name {@code close}.
 */
final class EventStreamFraming implements Framing {

  private static final byte[] ID = "id: ".getBytes(US_ASCII);
  private static final byte[] DATA = "data: ".getBytes(US_ASCII);
  private static final byte[] SIGNAL = "event: signal\n".getBytes(US_ASCII);
  private static final byte[] END = "\n\n".getBytes(US_ASCII);
  private static final int MAX_SEQ = 20;
  private static final int MAX_EPOCH = 64;

  @Override
  public int maxOverhead() {
    return ID.length + MAX_EPOCH + MAX_SEQ + SIGNAL.length + DATA.length + END.length;
  }

  @Override
  public void text(ByteBuf buffer, Frame frame) {
    Epoch epoch = frame.epoch();
    if (epoch == null) {
      buffer.writeBytes(SIGNAL);
    } else {
      buffer.writeBytes(ID);
      buffer.writeCharSequence(epoch.value() + '-' + frame.seq() + '\n', US_ASCII);
    }
    buffer.writeBytes(DATA);
    oneLine(buffer, frame.head());
    oneLine(buffer, frame.body());
    buffer.writeBytes(END);
  }

  /** Values of clients and agents may contain line breaks as white space: writes spaces. */
  private static void oneLine(ByteBuf buffer, byte[] json) {
    int from = buffer.writerIndex();
    buffer.writeBytes(json);
    for (int i = 0; i < json.length; i++) {
      if (json[i] == '\n' || json[i] == '\r') {
        buffer.setByte(from + i, ' ');
      }
    }
  }

  @Override
  public void close(ByteBuf buffer, int code, String reason) {
    String message =
        "event: close\ndata: {\"code\":" + code + ",\"reason\":\"" + reason + "\"}\n\n";
    buffer.writeCharSequence(message, StandardCharsets.UTF_8);
  }
}
