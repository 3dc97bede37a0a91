package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.util.concurrent.atomic.LongAdder;

/** Reads a thread from its beginning, again and again, with or without compression. */
final class Replayer extends LoadConnection {

  private final boolean compresses;
  private final LongAdder wireBytes;
  private final LongAdder textBytes;
  private final LongAdder replays;

  /** Adds what it receives to these. */
  Replayer(boolean compresses, LongAdder wireBytes, LongAdder textBytes, LongAdder replays) {
    this.compresses = compresses;
    this.wireBytes = wireBytes;
    this.textBytes = textBytes;
    this.replays = replays;
  }

  @Override
  boolean compresses() {
    return compresses;
  }

  @Override
  void bytes(int count) {
    wireBytes.add(count);
  }

  /** Begins to read. Callable from any thread. */
  static void begin(Channel channel) {
    send(
        channel,
        "{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":[{\"thread_id\":\""
            + StreamReader.THREAD
            + "\",\"after\":0}]}}");
  }

  @Override
  void received(Channel channel, ByteBuf bytes) {
    textBytes.add(bytes.readableBytes());
    String type = bytes.toString(bytes.readerIndex(), Math.min(32, bytes.readableBytes()), UTF_8);
    if (type.startsWith("{\"type\":\"caught_up\"")) {
      replays.increment();
      send(
          channel,
          "{\"type\":\"unsubscribe\",\"id\":\"u\",\"payload\":{\"threads\":[\""
              + StreamReader.THREAD
              + "\"]}}");
      begin(channel);
    } else if (type.startsWith("{\"type\":\"rejected\"")) {
      channel.close();
    }
  }
}
