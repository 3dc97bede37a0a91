package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Reads the events of an agent on a thread and measures their latency from the event's timestamp.
 * The timestamp has whole milliseconds, so that a latency may be up to 1 ms too high. One reader of
 * a thread keeps the agent running.
 */
final class StreamReader extends LoadConnection {

  static final String THREAD = "bench";
  private static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Meter meter;
  private final CompletableFuture<Boolean> streaming = new CompletableFuture<>();
  private final CompletableFuture<Boolean> ended = new CompletableFuture<>();
  private boolean driving;
  private String command = "";

  StreamReader(Meter meter) {
    this.meter = meter;
  }

  static void subscribe(Channel channel) {
    send(
        channel,
        "{\"type\":\"subscribe\",\"id\":\"s\",\"payload\":{\"threads\":[{\"thread_id\":\""
            + THREAD
            + "\"}]}}");
  }

  /** Keeps the agent running until {@link #stop}. Callable from any thread. */
  void start(Channel channel) {
    channel.eventLoop().execute(() -> say(channel));
  }

  private void say(Channel channel) {
    driving = true;
    command = "c" + System.nanoTime();
    say(channel, command, "count slowly to 1000");
  }

  /** Sends a message to the agent on the thread of the load. */
  static void say(Channel channel, String command, String content) {
    send(
        channel,
        "{\"type\":\"user_message\",\"id\":\""
            + command
            + "\",\"thread_id\":\""
            + THREAD
            + "\",\"payload\":{\"content\":\""
            + content
            + "\"}}");
  }

  /** Completes with the first event. */
  CompletableFuture<Boolean> streaming() {
    return streaming;
  }

  /** Completes when the agent has ended. Callable from any thread. */
  CompletableFuture<Boolean> stop(Channel channel) {
    channel.eventLoop().execute(() -> cancel(channel));
    return ended;
  }

  private void cancel(Channel channel) {
    driving = false;
    send(
        channel,
        "{\"type\":\"cancel_run\",\"id\":\"x\",\"payload\":{\"command_id\":\"" + command + "\"}}");
  }

  @Override
  void received(Channel channel, ByteBuf bytes) {
    String text = bytes.toString(UTF_8);
    if (text.startsWith("{\"type\":\"agent_message\"")) {
      long from = text.contains("\"seq_from\":") ? FrameText.number(text, "seq_from") : 0;
      long seq = FrameText.number(text, "seq");
      streaming.complete(true);
      meter.add(age(text), from == 0 ? 1 : seq - from + 1);
    } else if (text.startsWith("{\"type\":\"agent_c")) {
      ended(channel);
    } else if (text.startsWith("{\"type\":\"rejected\"")
        || text.startsWith("{\"type\":\"agent_f")) {
      Exception failure = new IllegalStateException(text);
      streaming.completeExceptionally(failure);
      ended.completeExceptionally(failure);
      channel.close();
    }
  }

  private void ended(Channel channel) {
    if (driving) {
      say(channel);
    } else {
      ended.complete(true);
    }
  }

  /** Nanoseconds since the timestamp, modulo one minute. */
  private static long age(String text) {
    String name = "\"timestamp\":\"";
    int seconds = text.indexOf(name) + name.length() + "2026-11-23T07:22:".length();
    long millis =
        Long.parseLong(text, seconds, seconds + 2, 10) * 1000
            + Long.parseLong(text, seconds + 3, seconds + 6, 10);
    Instant now = Instant.now();
    long nanos = now.getEpochSecond() % 60 * TimeUnit.SECONDS.toNanos(1) + now.getNano();
    return Math.floorMod(nanos - TimeUnit.MILLISECONDS.toNanos(millis), MINUTE_NANOS);
  }
}
