package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.http.Exchange.Answer;
import dev.parley.gateway.monitor.Phases.Phase;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class HttpHandlerTest {

  private record Fixed(String path, Set<HttpMethod> methods) implements ImmediateEndpoint {
    @Override
    public List<Call> calls() {
      return List.of();
    }

    @Override
    public void checkHead(Request head) {}

    @Override
    public Response respond(Request request) {
      return switch (request.http().uri()) {
        case "/thing?refuse" -> throw RefusedException.of(ErrorCode.FORBIDDEN, "no");
        case "/thing?break" -> throw new IllegalStateException("a secret fault");
        default -> Response.json(200, "{\"é\":1}");
      };
    }
  }

  private final ImmediateEndpoint thing =
      new Fixed("/thing", Set.of(HttpMethod.GET, HttpMethod.DELETE));
  private final Exchange exchange = Exchange.ready(thing);

  public void answersByPathWhateverTheQuery() {
    Answer answer = exchange.get("/thing?a=1&b=%zz");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("{\"é\":1}");
    assertThat(answer.header("content-length")).isEqualTo("8");
    assertThat(answer.header("x-content-type-options")).isEqualTo("nosniff");
    assertThat(answer.header("date")).isEqualTo("Tue, 03 Nov 2026 10:00:00 GMT");
  }

  public void answersHeadLikeGetWithoutTheBody() {
    Answer answer = exchange.send(Exchange.request("HEAD", "/thing", ""));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-length")).isEqualTo("8");
    assertThat(answer.body()).isEmpty();
  }

  public void says404OfAnUnknownPath() {
    Answer answer = exchange.get("/thing/");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
    assertThat(answer.body())
        .contains("\"code\":\"not_found\"", "path: /thing/ (expected: a path of this gateway)");
  }

  public void says405WithTheMethodsThereAre() {
    Answer answer = exchange.send(Exchange.request("PUT", "/thing", "x"));
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS");
    assertThat(answer.body()).contains("method: PUT (expected: one of DELETE, GET, HEAD, OPTIONS)");
  }

  public void doesNotTakeHeadWhereThereIsNoGet() {
    Exchange post = Exchange.ready(new Fixed("/p", Set.of(HttpMethod.POST)));
    assertThat(post.send(Exchange.request("HEAD", "/p", "")).header("allow"))
        .isEqualTo("POST, OPTIONS");
  }

  public void answersOptionsWithTheMethodsThereAre() {
    Answer answer = exchange.send(Exchange.request("OPTIONS", "/thing", ""));
    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("allow")).isEqualTo("DELETE, GET, HEAD, OPTIONS");
    assertThat(answer.headers()).doesNotContainKey("content-length");
    assertThat(new Exchange(thing).send(Exchange.request("OPTIONS", "/thing", "")).status())
        .isEqualTo(503);
  }

  public void writesARefusalOfTheEndpoint() {
    Answer answer = exchange.get("/thing?refuse");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.body()).contains("\"code\":\"forbidden\"", "\"detail\":\"no\"");
  }

  public void anInternalErrorTellsNoDetail() {
    Answer answer = exchange.get("/thing?break");
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).contains("\"code\":\"internal\"").doesNotContain("a secret fault");
  }

  public void answers503BeforeItIsReady() {
    Answer answer = new Exchange(thing).get("/thing");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("retry-after")).isEqualTo("1");
    assertThat(answer.body()).contains("\"code\":\"overloaded\"", "\"retry_after_ms\":1000");
  }

  public void aRequestAtTheMomentOfReadinessIsToldToComeBack() {
    Exchange exchange =
        new Exchange(
            phases -> {
              phases.begin(Phase.READY); // the table of the start was asked for just before
              return new EndpointIndex(List.of(new HealthEndpoint()));
            });
    assertThat(exchange.get("/thing").status()).isEqualTo(503);
    assertThat(exchange.get("/thing").status()).isEqualTo(404);
  }

  public void answersHealthBeforeItIsReady() {
    assertThat(new Exchange(new HealthEndpoint()).get("/healthz").body())
        .isEqualTo("{\"status\":\"ok\"}");
  }

  public void saysThatItDrainsAndCloses() {
    Exchange draining = Exchange.ready(thing);
    draining.phases.drain();
    Answer answer = draining.get("/thing");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.body()).contains("\"code\":\"draining\"");
    assertThat(answer.header("connection")).isEqualTo("close");
    assertThat(answer.open()).isFalse();
  }

  public void keepsTheConnectionUnlessAskedToClose() {
    FullHttpRequest last = Exchange.request("GET", "/thing", "");
    last.headers().set("connection", "close");
    assertThat(exchange.get("/thing").open()).isTrue();
    assertThat(exchange.send(last).open()).isFalse();
  }

  public void takesNoCompressedBody() {
    FullHttpRequest compressed = Exchange.request("DELETE", "/thing", "x");
    compressed.headers().set("content-encoding", "gzip");
    Answer answer = exchange.send(compressed);
    assertThat(answer.status()).isEqualTo(415);
    assertThat(answer.header("accept-encoding")).isEqualTo("identity");
    assertThat(answer.body()).contains("Content-Encoding: gzip (expected: identity, or none)");
    FullHttpRequest plain = Exchange.request("DELETE", "/thing", "x");
    plain.headers().set("content-encoding", "Identity");
    assertThat(exchange.send(plain).status()).isEqualTo(200);
  }

  public void aContentCodingWithoutABodyIsIgnored() {
    FullHttpRequest empty = Exchange.request("GET", "/thing", "");
    empty.headers().set("content-encoding", "gzip");
    assertThat(exchange.send(empty).status()).isEqualTo(200);
    empty = Exchange.request("DELETE", "/thing", "");
    empty.headers().set("content-encoding", "gzip").set("content-length", "0");
    assertThat(exchange.send(empty).status()).isEqualTo(200);
  }

  public void closesAfterHttp10() {
    FullHttpRequest old = Exchange.request("GET", "/thing", "");
    old.setProtocolVersion(HttpVersion.HTTP_1_0);
    assertThat(exchange.send(old).open()).isFalse();
  }

  public void takesOneEndpointForAPath() {
    assertThatThrownBy(() -> new Exchange(thing, thing))
        .hasMessage("endpoint: /thing (expected: one endpoint for a path)");
  }

  public void saysHowFarTheStartIs() {
    Exchange starting = new Exchange();
    Exchange both = new Exchange(new ReadinessEndpoint(starting.phases));
    Answer answer = both.get("/readyz");
    assertThat(answer.status()).isEqualTo(503);
    assertThat(answer.header("retry-after")).isEqualTo("1");
    assertThat(answer.body()).startsWith("{\"status\":\"starting\"");
    starting.phases.begin(Phase.READY);
    assertThat(both.get("/readyz").status()).isEqualTo(200);
  }

  public void aDegradedGatewayIsReadyAndSaysWhatIsWrong() {
    Exchange ready = new Exchange();
    Exchange both = new Exchange(new ReadinessEndpoint(ready.phases));
    ready.phases.begin(Phase.READY);
    ready.phases.degrade("store", "low_on_room");
    Answer answer = both.get("/readyz");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body())
        .startsWith(
            "{\"status\":\"degraded\",\"degraded\":[{\"component\":\"store\","
                + "\"reason\":\"low_on_room\"}]");
    ready.phases.restore("store");
    assertThat(both.get("/readyz").body()).startsWith("{\"status\":\"ready\",\"phases\"");
  }
}
