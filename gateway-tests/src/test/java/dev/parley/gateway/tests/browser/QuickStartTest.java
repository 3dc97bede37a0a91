package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import java.io.IOException;
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

  private final PageServer pages = new PageServer();
  private Chromium chromium;

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "5ms", "origins.allowed", pages.origin());
  }

  @BeforeClass(alwaysRun = true)
  void serve() throws IOException {
    pages.page("/chat.html", page().replace("127.0.0.1:8080", gateway.address().getAuthority()));
    chromium = Chromium.start();
  }

  @AfterClass(alwaysRun = true)
  void stop() {
    chromium.close();
    pages.close();
  }

  @Test(groups = "business_value")
  public void thePageOfTheGuideWorksAsAChat() {
    String token = gateway.tokens().of(ada);
    ConsolePage page = new ConsolePage(chromium.driver());
    page.open(URI.create(pages.origin() + "/chat.html#" + token));
    page.awaitShown("input").sendKeys("what is 12*(34+5)?", Keys.ENTER);
    page.awaitText("main p:last-child", "assistant: 12*(34+5) = 468"::equals);
    page.reload();
    page.awaitText("main p:first-child", "user: what is 12*(34+5)?"::equals);
  }

  @Test(groups = "business_value")
  public void thePageOfTheGuideIsShort() throws IOException {
    assertThat(page().lines()).hasSizeLessThanOrEqualTo(MAX_LINES);
  }

  private static String page() throws IOException {
    String guide = Files.readString(GUIDE);
    String start = "```html\n";
    int from = guide.indexOf(start) + start.length();
    return guide.substring(from, guide.indexOf("```", from));
  }
}
