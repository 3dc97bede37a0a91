package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.monitor.MetricLabels;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import dev.parley.gateway.protocol.UserId;
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
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The bytes of every answer count until the socket has taken them. */
@Test(groups = "unit")
public class HttpBytesTest {

  private ByteAccount outbound;
  private Slow slow;
  private EmbeddedChannel channel;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    outbound = new ByteAccount();
    slow = new Slow();
    channel = new EmbeddedChannel(slow, handler());
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    assertThat(outbound.held()).isZero();
    channel.finishAndReleaseAll();
  }

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

  /** Answers one call of a user at a time. */
  private static final class Limited implements Endpoint {
    private final ConcurrencyLimit limit = new ConcurrencyLimit("calls", 1);

    @Override
    public String path() {
      return "/limited";
    }

    @Override
    public List<Call> calls() {
      return List.of(Call.get("limited", "Test."));
    }

    @Override
    public CompletionStage<Response> answer(Request request) {
      return limit.run(
          new UserId("default", "ada"),
          () -> CompletableFuture.completedStage(Response.json(200, "{}")));
    }
  }

  private HttpHandler handler() {
    Phases phases = new Phases(() -> 0L);
    phases.begin(Phase.READY);
    EndpointIndex paths = new EndpointIndex(List.of(new ReadinessEndpoint(phases), new Limited()));
    return new HttpHandler(
        () -> paths,
        new TokenCheck((token, client) -> new CompletableFuture<>(), channel -> "client"),
        phases,
        Clock.systemUTC(),
        (ctx, principal, position) -> Optional.empty(),
        new Metrics(outbound, new ByteAccount(), new MetricLabels(Set.of(), "early", Set.of())));
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
  }

  public void anAnswerOfALimitedCallCountsToo() {
    channel.writeInbound(Exchange.request("GET", "/limited", ""));
    assertThat(outbound.held()).isEqualTo(2);
    slow.waiting.remove().setSuccess();
  }
}
