package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.http.Exchange.Answer;
import io.netty.handler.codec.http.FullHttpRequest;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConsoleFileTest {

  private final Exchange exchange =
      Exchange.ready(
          new ConsoleFile("/", Side.BOTH, "text/html; charset=utf-8", "<p>hi</p>".getBytes(UTF_8)));

  public void servesTheFile() {
    Answer answer = exchange.get("/");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("<p>hi</p>");
    assertThat(answer.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(answer.header("cache-control")).isEqualTo("no-cache");
  }

  public void thePageMayReachOnlyThisOrigin() {
    Answer answer = exchange.get("/");
    assertThat(answer.header("content-security-policy"))
        .startsWith("default-src 'none'; script-src 'self';")
        .contains("require-trusted-types-for 'script'; trusted-types markdown-worker;")
        .endsWith("base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assertThat(answer.header("referrer-policy")).isEqualTo("no-referrer");
    assertThat(answer.header("cross-origin-opener-policy")).isEqualTo("same-origin");
  }

  @DataProvider
  public Object[][] knownTags() {
    String tag = exchange.get("/").header("etag");
    return new Object[][] {{tag}, {"W/" + tag}, {"\"x\", " + tag}, {"*"}};
  }

  @Test(dataProvider = "knownTags")
  public void answers304ToAKnownTag(String known) {
    Answer answer = exchange.send(asking(known));
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.header("etag")).isEqualTo(exchange.get("/").header("etag"));
    assertThat(answer.headers()).doesNotContainKey("content-length");
    assertThat(answer.body()).isEmpty();
  }

  public void sendsTheFileToAnotherTag() {
    assertThat(exchange.send(asking("\"another\"")).status()).isEqualTo(200);
  }

  private static FullHttpRequest asking(String known) {
    FullHttpRequest request = Exchange.request("GET", "/", "");
    request.headers().set("if-none-match", known);
    return request;
  }
}
