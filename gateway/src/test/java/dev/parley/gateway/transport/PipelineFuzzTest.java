package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.monitor.Metrics;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

/** The whole pipeline gets almost valid bytes, cut at any place. */
@Test(groups = "unit")
public class PipelineFuzzTest {

  private static final int ROUNDS = 600;

  private SlowChannel channel = new SlowChannel();
  private final Metrics metrics = new Metrics();
  private final FakeRouter routes = new FakeRouter();
  private final GatewayInitializer initializer =
      new GatewayInitializer(
          GatewayConfig.of(Map.of()).listener(),
          GatewayConfig.of(Map.of()).proxies(),
          new Origins(Set.of(), false, false),
          user -> channel.eventLoop(),
          services(),
          channels(),
          Optional.empty());

  private ListenerServices services() {
    return new ListenerServices(
        PipelineFuzz.services(routes, metrics),
        Optional::empty,
        new HttpService(
            new ChannelInboundHandlerAdapter() {
              @Override
              public boolean isSharable() {
                return true;
              }
            },
            (ctx, head) -> CompletableFuture.completedStage(Optional.empty())));
  }

  private static DefaultChannelGroup channels() {
    return new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
  }

  public void whateverComesInWhatGoesOutIsWellFormed() {
    Random seeds = new Random(20261122);
    for (int round = 0; round < ROUNDS; round++) {
      long seed = seeds.nextLong(); // adjacent small seeds start with similar values
      channel = new SlowChannel();
      channel.pipeline().addLast(initializer);
      channel.pipeline().fireChannelActive();
      feed(channel, new Random(seed));
      channel.finishAndReleaseAll();
      assertThat(problem(channel.taken())).as("seed " + seed).isEmpty();
    }
    assertThat(metrics.openConnections()).isZero();
    assertThat(metrics.count("parley_connections_closed_total", "reason", "fault")).isZero();
    assertThat(routes.opened.size()).isGreaterThan(ROUNDS / 6);
    assertThat(routes.opened).allMatch(route -> route.ends.size() == 1);
  }

  private static void feed(SlowChannel channel, Random random) {
    byte[] bytes = almostRight(random);
    int at = 0;
    while (at < bytes.length && channel.isOpen()) {
      int end = Math.min(bytes.length, at + 1 + random.nextInt(200));
      channel.writeInbound(Unpooled.copiedBuffer(bytes, at, end - at));
      at = end;
    }
  }

  private static byte[] almostRight(Random random) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    String carrier = random.nextBoolean() ? "Authorization: Bearer ada" : "X-None: 1";
    all.writeBytes(damaged(RawSocket.handshake(carrier).getBytes(ISO_8859_1), random, 4));
    for (int i = random.nextInt(20); i > 0; i--) {
      byte[] payload = new byte[random.nextInt(140)];
      Arrays.fill(payload, (byte) ('a' + random.nextInt(3)));
      int first = random.nextInt(3) == 0 ? random.nextInt(256) : 0x81;
      all.writeBytes(damaged(RawSocket.frame(first, payload), random, 8));
    }
    return all.toByteArray();
  }

  private static byte[] damaged(byte[] bytes, Random random, int oneIn) {
    if (random.nextInt(oneIn) == 0) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    return bytes;
  }

  /** The fault in the bytes written; empty for an answer, or an upgrade and frames. */
  private static String problem(byte[] written) {
    String text = new String(written, ISO_8859_1);
    if (!text.startsWith("HTTP/1.1 101 ")) {
      return text.isEmpty() || text.startsWith("HTTP/1.1 4") ? "" : text;
    }
    return PipelineFuzz.problemOfFrames(written, text.indexOf("\r\n\r\n") + 4);
  }
}
