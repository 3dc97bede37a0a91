package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Broadcaster;
import java.util.Map;
import org.testng.annotations.Test;

/** A person sees notifications on the page, and has seen them on every device. */
@Test(groups = {"multi_user", "external"})
public class ConsoleNotificationsTest extends SignedInConsoleTest {

  private static final String TITLE = "#notifications strong";

  @Override
  Map<String, String> consoleSettings() {
    return Map.of();
  }

  private Broadcaster admin() {
    return new Broadcaster(gateway.address(), gateway.tokens().withScope("root", "admin"));
  }

  public void aNotificationIsShownUntilThePersonHasSeenIt() {
    String id = admin().sendTo(ada, "Maintenance at noon");
    page.awaitText(TITLE, "Maintenance at noon"::equals);
    assertThat(page.accessibilityFaults()).isEmpty();
    page.reload();
    page.awaitText(TITLE, "Maintenance at noon"::equals);
    page.click("#notifications-seen");
    page.awaitHidden("#notifications");
    admin().awaitCounts(id, "1 1 1 0 0");
    page.reload();
    admin().sendTo(ada, "It is over");
    page.awaitText(TITLE, "It is over"::equals);
    assertThat(page.all(".notification")).hasSize(1);
  }

  public void itsTextIsShownAsText() {
    admin().sendTo(ada, "<img src=x onerror=alert(1)>");
    page.awaitText(TITLE, "<img src=x onerror=alert(1)>"::equals);
  }
}
