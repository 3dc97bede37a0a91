package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * Keeps one short run of the builtin agent going: each begins when the one before has ended. A
 * latency is the time from the message to the end of its run.
 */
final class Runner extends LoadConnection {

  private final Meter meter;
  private final String last;
  private int sent;
  private long sentAt;

  /**
   * Makes a runner whose connection is not open yet.
   *
   * @param last the type of the frame that ends a run
   */
  Runner(Meter meter, String last) {
    this.meter = meter;
    this.last = last;
  }

  /** Begins the first run. Callable from any thread. */
  void start(Channel channel) {
    channel.eventLoop().execute(() -> say(channel));
  }

  private void say(Channel channel) {
    sent++;
    sentAt = System.nanoTime();
    StreamReader.say(channel, "r" + sent, "hello");
  }

  @Override
  void received(Channel channel, ByteBuf bytes) {
    String text = bytes.toString(UTF_8);
    if (FrameText.isOf(last, text)) {
      meter.add(System.nanoTime() - sentAt, 1);
      say(channel);
    } else if (FrameText.isOf("rejected", text) || FrameText.isOf("agent_failed", text)) {
      channel.close(); // Which fails the measurement.
    }
  }
}
