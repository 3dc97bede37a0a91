package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The dashboard of a gateway in development mode that drains, dies and comes back. */
@Test(groups = {"error_recovery", "external"})
public class DashboardOutageTest {
  private static final Map<String, String> SETTINGS =
      Map.of("dev.admin", "", "drain.notice", "20s", "drain.timeout", "1s");

  private ChildGateway gateway;
  private Chromium chromium;
  private DashboardPage page;

  @BeforeMethod(alwaysRun = true)
  public void start() throws IOException {
    Path folder = Files.createTempDirectory(Path.of("target"), "dashboard");
    gateway = ChildGateway.start(folder, SETTINGS);
    chromium = Chromium.start();
    page = new DashboardPage(chromium.driver());
    page.open(URI.create(gateway.console().toString().replace("/#", "/dashboard#")));
    page.awaitContact("open");
  }

  @AfterMethod(alwaysRun = true)
  public void end() {
    chromium.close();
    gateway.close();
  }

  public void theKeyOfDevelopmentModeOpensIt() {
    gateway.awaitLine("Dashboard: http://127\\.0\\.0\\.1:\\d+/dashboard#\\S+");
    assertThat(page.address()).isEqualTo(gateway.address().resolve("/dashboard"));
    page.awaitText("#state-name", "Ready"::equals);
    page.awaitText("#version", version -> version.matches("\\d+\\.\\d+\\.\\d+.*"));
    page.awaitHidden("#overview-note");
    page.reload();
    page.awaitContact("open");
  }

  public void itSaysWhenTheGatewayDrainsDiesAndComesBack() {
    gateway.terminate();
    page.awaitText("#state-name", "Draining"::equals);
    gateway.kill();
    page.awaitContact("waiting");
    page.awaitText("#contact-text", "The gateway does not answer"::equals);
    page.awaitText("#countdown", text -> text.startsWith("next try in"));
    page.awaitShown("#figures[data-stale=true]");
    gateway = gateway.restart(SETTINGS);
    page.click("#try-now");
    page.awaitContact("open");
    page.awaitText("#state-name", "Ready"::equals);
    page.awaitShown("#figures[data-stale=false]");
  }
}
