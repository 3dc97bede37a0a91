package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.ByteAccount;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.util.ReferenceCountUtil;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.testng.annotations.Test;

/** Whatever is answered counts as long as the socket has not taken it. */
@Test(groups = "unit")
public class HttpBytesTest {

  private final ByteAccount outbound = new ByteAccount();
  private final Slow slow = new Slow();
  private final EmbeddedChannel channel = new EmbeddedChannel(slow, handler());

  /** A socket that takes nothing until it is told to. */
  private static final class Slow extends ChannelOutboundHandlerAdapter {
    final Deque<ChannelPromise> waiting = new ArrayDeque<>();
    int bytes;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
      bytes += ((FullHttpResponse) message).content().readableBytes();
      ReferenceCountUtil.release(message);
      waiting.add(promise);
    }
  }

  private HttpHandler handler() {
    Phases phases = new Phases(() -> 0L);
    phases.begin(Phase.READY);
    return new HttpHandler(
        List.of(new Readiness(phases)),
        phases,
        Clock.systemUTC(),
        (ctx, principal, position) -> Optional.empty(),
        outbound);
  }

  private void ask(String method) {
    channel.writeInbound(Exchange.request(method, "/readyz", ""));
  }

  public void anAnswerCountsUntilTheSocketHasTakenIt() {
    ask("GET");
    assertThat(outbound.held()).isEqualTo(slow.bytes).isPositive();
    ask("GET");
    assertThat(outbound.held()).isEqualTo(slow.bytes);
    slow.waiting.remove().setSuccess();
    assertThat(outbound.held()).isEqualTo(slow.bytes / 2);
    ask("HEAD");
    assertThat(outbound.held()).isEqualTo(slow.bytes / 2);
    slow.waiting.remove().setFailure(new IllegalStateException("closed"));
    assertThat(outbound.held()).isZero();
    channel.finishAndReleaseAll();
  }
}
