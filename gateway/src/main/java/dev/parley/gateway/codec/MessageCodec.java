package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.ServerSignal;
import org.jspecify.annotations.Nullable;

/** Text frames of a connection: commands in, signals out. Callable from any thread. */
public final class MessageCodec {

  private MessageCodec() {}

  /**
   * The command in one text frame (UTF-8, already checked).
   *
   * @throws RefusedException when the frame is no command; it names the field and the expectation
   */
  public static ClientCommand decode(byte[] frame) {
    return CommandDecoder.decode(frame, null);
  }

  /**
   * The same for a frame that came in a request.
   *
   * @param traceparent that of the request, which counts if the frame has none; ignored if it is
   *     not well formed (W3C Trace Context, section 3.3.1)
   */
  public static ClientCommand decode(byte[] frame, @Nullable String traceparent) {
    return CommandDecoder.decode(frame, traceparent);
  }

  /** The text frame of a signal. */
  public static byte[] encode(ServerSignal signal) {
    return SignalEncoder.encode(signal);
  }
}
