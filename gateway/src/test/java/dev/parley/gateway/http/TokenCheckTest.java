package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.monitor.Phases.Phase;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Requests whose token takes time to verify. */
@Test(groups = "unit")
public class TokenCheckTest {

  private static final Principal ADA =
      new Principal(new UserId("default", "ada"), "early", Set.of(Scope.CHAT), Instant.MAX);

  private final List<String> verified = new ArrayList<>();
  private final List<String> called = new ArrayList<>();
  private CompletableFuture<Principal> verification;
  private HttpHandler handler;
  private EmbeddedChannel channel;

  /** Answers with the user's name. */
  private final class Named implements ImmediateEndpoint {

    @Override
    public String path() {
      return "/named";
    }

    @Override
    public List<Call> calls() {
      return List.of(Call.get("get", "").needs(Scope.CHAT), Call.post("post", "").needs());
    }

    @Override
    public void checkHead(Request head) {
      called.add("head of " + Bearer.require(head).user().subject());
    }

    @Override
    public Response respond(Request request) {
      called.add(Bearer.require(request, Scope.CHAT).user().subject());
      return Response.json(200, "{}");
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void connect() {
    verified.clear();
    called.clear();
    verification = new CompletableFuture<>();
    Phases phases = new Phases(() -> 0L);
    phases.begin(Phase.READY);
    EndpointIndex paths = new EndpointIndex(List.of(new Named(), new HealthEndpoint()));
    TokenCheck tokens =
        new TokenCheck(
            (token, client) -> {
              verified.add(token + " of " + client);
              return verification;
            },
            socket -> "a client");
    handler =
        new HttpHandler(
            () -> paths,
            tokens,
            phases,
            Clock.systemUTC(),
            (ctx, principal, position) -> Optional.empty(),
            new Metrics());
    channel = new EmbeddedChannel(handler);
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    channel.finishAndReleaseAll();
  }

  private static FullHttpRequest request(String path, String body) {
    FullHttpRequest request = Exchange.request("GET", path, body);
    request.headers().set("authorization", "Bearer t");
    return request;
  }

  private int status() {
    channel.runPendingTasks();
    FullHttpResponse response = channel.readOutbound();
    if (response == null) {
      return 0;
    }
    response.release();
    return response.status().code();
  }

  public void theEndpointIsCalledWhenTheTokenIsVerified() {
    FullHttpRequest request = request("/named", "");
    channel.writeInbound(request);
    assertThat(status()).isZero();
    assertThat(verified).containsExactly("t of a client");
    assertThat(called).isEmpty();
    verification.complete(ADA);
    assertThat(status()).isEqualTo(200);
    assertThat(called).containsExactly("ada");
    assertThat(request.refCnt()).isZero();
  }

  public void aRefusalIsTheAnswer() {
    channel.writeInbound(request("/named", ""));
    verification.completeExceptionally(RefusedException.of(ErrorCode.OVERLOADED, "full"));
    assertThat(status()).isEqualTo(503);
    assertThat(called).isEmpty();
  }

  public void aBrokenVerificationIsAnInternalErrorAndLetsNobodyIn() {
    channel.writeInbound(request("/named", ""));
    verification.completeExceptionally(new IllegalStateException("broken"));
    assertThat(status()).isEqualTo(500);
    assertThat(called).isEmpty();
  }

  public void nothingIsCalledForASocketThatIsClosedMeanwhile() {
    FullHttpRequest request = request("/named", "");
    channel.writeInbound(request);
    channel.close();
    verification.complete(ADA);
    assertThat(status()).isZero();
    assertThat(called).isEmpty();
    assertThat(request.refCnt()).isZero();
  }

  public void aHeadIsCheckedWhenTheTokenIsVerified() {
    FullHttpRequest request = request("/named", "{}");
    CompletableFuture<Optional<FullHttpResponse>> answer =
        handler.answerHead(channel.pipeline().firstContext(), request).toCompletableFuture();
    assertThat(answer).isNotDone();
    verification.complete(ADA);
    channel.runPendingTasks();
    assertThat(answer).isCompletedWithValue(Optional.empty());
    assertThat(called).containsExactly("head of ada");
    request.release();
  }

  public void noTokenIsVerifiedWhereNoneIsTakenOrGiven() {
    channel.writeInbound(request("/healthz", ""));
    assertThat(status()).isEqualTo(200);
    channel.writeInbound(Exchange.request("GET", "/named", ""));
    assertThat(status()).isEqualTo(401);
    assertThat(verified).isEmpty();
  }
}
