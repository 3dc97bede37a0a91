package dev.parley.gateway.tests.browser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.parley.gateway.tests.support.GatewayTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.openqa.selenium.Keys;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The page of {@code docs/quick-start.md}, unchanged, served from another origin. */
@Test(groups = "external")
public class QuickStartTest extends GatewayTest {
  private static final Path GUIDE = Path.of("../docs/quick-start.md");
  private static final int MAX_LINES = 30;

  private final HttpServer server = onAnyPort();
  private Chromium chromium;

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "5ms", "origins.allowed", origin());
  }

  @BeforeClass(alwaysRun = true)
  void serve() throws IOException {
    byte[] page =
        page().replace("127.0.0.1:8080", gateway.address().getAuthority()).getBytes(UTF_8);
    server.createContext(
        "/chat.html",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    chromium = Chromium.start();
  }

  @AfterClass(alwaysRun = true)
  void stop() {
    chromium.close();
    server.stop(0);
  }

  @Test(groups = "business_value")
  public void thePageOfTheGuideWorksAsAChat() {
    String token = gateway.tokens().of(ada);
    ConsolePage page = new ConsolePage(chromium.driver());
    page.open(URI.create(origin() + "/chat.html#" + token));
    page.awaitShown("input").sendKeys("what is 12*(34+5)?", Keys.ENTER);
    page.awaitText("main p:last-child", "assistant: 12*(34+5) = 468"::equals);
    page.reload();
    page.awaitText("main p:first-child", "user: what is 12*(34+5)?"::equals);
  }

  @Test(groups = "business_value")
  public void thePageOfTheGuideIsShort() throws IOException {
    assertThat(page().lines()).hasSizeLessThanOrEqualTo(MAX_LINES);
  }

  private static HttpServer onAnyPort() {
    try {
      return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static String page() throws IOException {
    String guide = Files.readString(GUIDE);
    String start = "```html\n";
    int from = guide.indexOf(start) + start.length();
    return guide.substring(from, guide.indexOf("```", from));
  }
}
