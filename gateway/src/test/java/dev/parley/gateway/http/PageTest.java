package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.http.Exchange.Answer;
import io.netty.handler.codec.http.FullHttpRequest;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PageTest {

  private final Exchange exchange =
      Exchange.ready(new Page("/", "text/html; charset=utf-8", "<p>hi</p>".getBytes(UTF_8)));

  public void servesTheFile() {
    Answer answer = exchange.get("/");
    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("<p>hi</p>");
    assertThat(answer.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(answer.header("cache-control")).isEqualTo("no-cache");
  }

  public void letsThePageReachNothingButThisOrigin() {
    Answer answer = exchange.get("/");
    assertThat(answer.header("content-security-policy"))
        .startsWith("default-src 'none'; script-src 'self';")
        .endsWith("base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    assertThat(answer.header("referrer-policy")).isEqualTo("no-referrer");
    assertThat(answer.header("cross-origin-opener-policy")).isEqualTo("same-origin");
  }

  public void servesEveryFileOfTheConsole() throws IOException, URISyntaxException {
    Path index = Path.of(Page.class.getResource("/console/index.html").toURI());
    Path folder = index.resolveSibling(".").normalize();
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
      assertThat(files.map(file -> "/" + folder.relativize(file)).map(PageTest::served))
          .containsExactlyInAnyOrderElementsOf(Page.all().stream().map(Resource::path).toList());
    }
  }

  private static String served(String file) {
    return file.equals("/index.html") ? "/" : file;
  }

  public void namesTheKindOfEachFile() {
    Exchange console = Exchange.ready(Page.all().toArray(Resource[]::new));
    assertThat(console.get("/").header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(console.get("/parley.js").header("content-type"))
        .isEqualTo("text/javascript; charset=utf-8");
    assertThat(console.get("/console.css").header("content-type"))
        .isEqualTo("text/css; charset=utf-8");
    assertThat(console.get("/icon.svg").header("content-type")).isEqualTo("image/svg+xml");
  }

  @DataProvider
  public Object[][] knownTags() {
    String tag = exchange.get("/").header("etag");
    return new Object[][] {{tag}, {"W/" + tag}, {"\"x\", " + tag}, {"*"}};
  }

  @Test(dataProvider = "knownTags")
  public void answers304ToWhoHasIt(String known) {
    Answer answer = exchange.send(asking(known));
    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.header("etag")).isEqualTo(exchange.get("/").header("etag"));
    assertThat(answer.headers()).doesNotContainKey("content-length");
    assertThat(answer.body()).isEmpty();
  }

  public void sendsItToWhoHasAnother() {
    assertThat(exchange.send(asking("\"another\"")).status()).isEqualTo(200);
  }

  private static FullHttpRequest asking(String known) {
    FullHttpRequest request = Exchange.request("GET", "/", "");
    request.headers().set("if-none-match", known);
    return request;
  }
}
