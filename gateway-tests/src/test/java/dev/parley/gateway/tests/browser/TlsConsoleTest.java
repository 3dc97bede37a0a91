package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tls.TestTls;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The console of a gateway in development mode that speaks TLS itself. */
@Test(groups = {"external", "security"})
public class TlsConsoleTest {
  private TestTls tls;
  private TestFolder folder;
  private ChildGateway gateway;
  private Chromium chromium;

  @BeforeClass(alwaysRun = true)
  public void start() {
    tls = TestTls.make();
    folder = new TestFolder();
    gateway = ChildGateway.start(folder.path(), tls.settings());
    chromium = Chromium.start(List.of("--ignore-certificate-errors"));
  }

  @AfterClass(alwaysRun = true)
  public void stop() {
    chromium.close();
    gateway.close();
    folder.close();
    tls.close();
  }

  public void theConsoleConnectsAndShowsAnAnswer() {
    assertThat(gateway.console().getScheme()).isEqualTo("https");
    ConsolePage page = new ConsolePage(chromium.driver());
    page.openAsNewVisitor(gateway.console());
    page.awaitConnection("open");
    page.ask("what is 6*7?");
    page.awaitShown("[data-event=agent_completed]");
    page.awaitText(ConsolePage.ANSWER, text -> text.contains("42"));
    assertThat(chromium.complaints()).isEmpty();
  }
}
