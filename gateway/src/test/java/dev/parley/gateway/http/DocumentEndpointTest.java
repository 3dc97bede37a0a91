package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.http.Exchange.Answer;
import io.netty.handler.codec.http.FullHttpRequest;
import java.util.concurrent.atomic.AtomicInteger;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class DocumentEndpointTest {

  private final AtomicInteger made = new AtomicInteger();
  private final Exchange exchange =
      Exchange.ready(
          new DocumentEndpoint(
              "/v1/d.json",
              Call.get("get", "A document."),
              () -> ("{\"n\":" + made.incrementAndGet() + "}").getBytes(UTF_8),
              Runnable::run));

  public void servesTheDocumentThatItMadeAtTheFirstRequest() {
    assertThat(made).hasValueLessThan(2);
    Answer answer = exchange.get("/v1/d.json");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.header("content-type")).isEqualTo("application/json");
    assertThat(exchange.get("/v1/d.json").body()).isEqualTo(answer.body()).isEqualTo("{\"n\":1}");
  }

  public void answers304ToItsTag() {
    FullHttpRequest request = Exchange.request("GET", "/v1/d.json", "");
    request.headers().set("if-none-match", exchange.get("/v1/d.json").header("etag"));
    Answer answer = exchange.send(request);
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.body()).isEmpty();
    assertThat(answer.header("cache-control")).isEqualTo("no-cache");
  }

  public void refusesAQuery() {
    assertThat(exchange.get("/v1/d.json?pretty").status()).isEqualTo(400);
  }
}
