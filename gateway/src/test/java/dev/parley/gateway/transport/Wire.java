package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.monitor.MetricLabels;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.user.read.Subscriber;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.flow.FlowControlHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The last handlers of a connection, on a slow channel with a fake route. */
final class Wire {

  static final int HIGH = 1000;
  private static final int MAX_UNANSWERED = 2;

  final SlowChannel channel = new SlowChannel();
  final Metrics metrics;
  final FakeRouter routes = new FakeRouter();
  final Closer closer;
  final Connection connection;

  Wire() {
    this(new ByteAccount());
  }

  Wire(ByteAccount outbound) {
    this(outbound, HIGH);
  }

  Wire(ByteAccount outbound, int high) {
    this(outbound, high, new WebSocketFraming());
  }

  Wire(ByteAccount outbound, int high, Framing framing) {
    metrics =
        new Metrics(
            outbound, new ByteAccount(), new MetricLabels(Set.of("early"), "early", Set.of()));
    closer = new Closer(channel, framing, Duration.ofSeconds(30), metrics);
    connection = new Connection(new ConnectionId("c_1"), channel, closer, MAX_UNANSWERED, metrics);
    channel.config().setAutoRead(false);
    channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(high / 2, high));
    channel
        .pipeline()
        .addLast(closer)
        .addLast(new FlowControlHandler())
        .addLast(new MessageDecoder(50, connection))
        .addLast(new DispatchHandler(connection));
  }

  /** Opens the connection's route, with its welcome and its first read. */
  FakeRouter.FakeRoute open() {
    connection.open(FakeVerifier.named("ada"), routes);
    channel.runPendingTasks();
    return routes.opened.remove();
  }

  Subscriber subscriber() {
    return connection;
  }

  void receivePings(int count) {
    for (int i = 0; i < count; i++) {
      channel.writeInbound(new TextWebSocketFrame("{\"type\":\"ping\"}"));
    }
  }

  void pass(long seconds) {
    for (long passed = 0; passed < seconds; passed++) {
      standStill(1);
    }
  }

  /** Runs all tasks due in that time at its end, as after a pause of the process. */
  void standStill(long seconds) {
    channel.runPendingTasks();
    channel.advanceTimeBy(seconds, TimeUnit.SECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
  }

  /** What was written: the text of text frames, {@code opcode:code} of others. */
  List<String> written() {
    channel.runPendingTasks();
    List<String> frames = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(channel.taken());
    while (bytes.hasRemaining()) {
      int opcode = bytes.get() & 0x0F;
      int length = bytes.get();
      byte[] payload = new byte[size(length, bytes)];
      bytes.get(payload);
      frames.add(
          opcode == 1
              ? new String(payload, UTF_8)
              : opcode + ":" + (length == 0 ? "" : ByteBuffer.wrap(payload).getShort()));
    }
    return frames;
  }

  /** RFC 6455, section 5.2. */
  private static int size(int length, ByteBuffer bytes) {
    return length == 127
        ? (int) bytes.getLong()
        : length == 126 ? bytes.getShort() & 0xFFFF : length;
  }
}
