package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.openqa.selenium.Keys;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** The dashboard of a gateway with users: its figures, its parts, and what it needs. */
@Test(groups = {"business_value", "external"})
public class DashboardTest extends GatewayTest {
  private static final String HOSTILE = "<img src=x onerror=document.title='evil'>";
  private static final double[] BOUNDS = {
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    1800
  };

  private FaultyNetwork network;
  private Chromium chromium;
  private DashboardPage page;

  @Override
  protected Map<String, String> settings() {
    network = FaultyNetwork.to(() -> gateway.address());
    return Map.of(
        "origins.allowed", network.address().toString(),
        "store.type", "embedded",
        "limits.burst", "1000",
        "agents.builtin.pace", "1ms");
  }

  @BeforeClass(alwaysRun = true)
  public void startBrowser() {
    chromium = Chromium.start();
    page = new DashboardPage(chromium.driver());
  }

  @AfterMethod(alwaysRun = true)
  public void leave() {
    page.beOnDesktop();
    page.openNothing();
    chromium.complaints();
  }

  @AfterClass(alwaysRun = true)
  public void stopBrowser() {
    chromium.close();
    network.close();
  }

  private String root() {
    return gateway.tokens().withScope("root", "admin operator");
  }

  private void signIn() {
    page.signIn(network.address(), root());
  }

  @Test(groups = "performance")
  public void figuresEqualThoseOfMetrics() {
    signIn();
    for (int i = 0; i < 3; i++) {
      WsClient client =
          closing(WsClient.open(gateway.address(), gateway.tokens().ofTier("u" + i, "mid")));
      client.runToEnd("t1", "hello");
      client.say("t2", "wait 60 seconds");
      client.ask(Commands.startAgent("x1", "t3", "nobody", "hello"));
    }
    closing(WsClient.open(gateway.address(), gateway.tokens().ofTier("v", "free"))).barrier();
    gateway.awaitConnections(4);
    gateway.awaitFigure(3, "parley_runs");
    Exposition seen = Exposition.of(gateway);
    page.awaitText("#history-note", text -> text.startsWith("The last hour"));
    page.awaitHidden("#alerts-note");
    page.awaitFigure("#tile-connections", seen.sum("parley_connections"));
    page.awaitFigure("#tile-users", seen.sum("parley_users"));
    page.awaitFigure("#tile-runs", 3);
    page.awaitFigure("#tile-outbound", 0);
    page.awaitFigure(page.cell("#tiers-table", "mid", 2), 3);
    page.awaitFigure(page.cell("#tiers-table", "free", 2), 1);
    page.awaitFigure(page.cell("#agents-table", "builtin", 2), 3);
    page.awaitFigure(
        page.cell("#agents-table", "builtin", 3), seen.sum("parley_runs_started_total"));
    page.awaitFigure(
        page.cell("#agents-table", "builtin", 4),
        seen.sum("parley_runs_ended_total", "state", "completed"));
    for (String stage : List.of("handshake", "accept", "first_event", "run")) {
      String metric = "parley_" + stage + "_seconds";
      page.awaitFigure(page.cell("#latency-table", stage, 10), seen.sum(metric + "_count"));
      page.awaitFigure(page.cell("#latency-table", stage, 7), 1000 * quantile(seen, metric, 0.5));
      page.awaitFigure(page.cell("#latency-table", stage, 9), 1000 * quantile(seen, metric, 0.99));
    }
    assertThat(seen.sum("parley_accept_seconds_count")).isGreaterThanOrEqualTo(6);
  }

  /** As Prometheus computes it, written a second time. */
  private static double quantile(Exposition seen, String metric, double part) {
    double rank = part * seen.sum(metric + "_bucket", "le", "+Inf");
    double lower = 0;
    double below = 0;
    for (double bound : BOUNDS) {
      double count = countUpTo(seen, metric, bound);
      if (count >= rank) {
        return lower + (bound - lower) * (rank - below) / (count - below);
      }
      lower = bound;
      below = count;
    }
    return lower;
  }

  private static double countUpTo(Exposition seen, String metric, double bound) {
    return Objects.requireNonNull(seen.families().get(metric)).samples().stream()
        .filter(sample -> sample.name().equals(metric + "_bucket"))
        .filter(sample -> Double.parseDouble(le(sample)) == bound)
        .mapToDouble(Exposition.Sample::value)
        .sum();
  }

  private static String le(Exposition.Sample sample) {
    return sample.labels().getOrDefault("le", "").replace("+Inf", "Infinity");
  }

  public void nothingSeriousIsFoundInAnyThemeOrSize() {
    signIn();
    connect(ada).runToEnd("t1", "hello");
    page.awaitShown(page.cell("#agents-table", "builtin", 1));
    for (String scheme : List.of("light", "dark")) {
      page.beOnDesktop();
      page.choose(scheme);
      assertThat(page.accessibilityFaults()).as(scheme).isEmpty();
      page.beOnPhone();
      page.awaitNothingCutOff();
      assertThat(page.accessibilityFaults()).as(scheme + ", phone").isEmpty();
      page.click("#menu");
      page.awaitNothingCutOff();
      assertThat(page.accessibilityFaults()).as(scheme + ", sections").isEmpty();
      page.click("#menu-close");
      page.awaitHidden("#side");
    }
    page.openSignedOut(network.address());
    assertThat(page.accessibilityFaults()).isEmpty();
    page.awaitNothingCutOff();
  }

  public void thePageIsUsedWithoutAMouse() {
    page.openSignedOut(network.address());
    assertThat(page.focus()).isEqualTo("token");
    page.type(root(), Keys.ENTER);
    page.awaitContact("open");
    page.awaitShown(page.cell("#tiers-table", "mid", 1));
    page.tabTo("stage");
    assertThat(page.isFocusSeen()).isTrue();
    page.type(Keys.ARROW_UP);
    page.awaitText("#plot-latency figcaption", text -> text.startsWith("handshake"));
    page.tabTo("broadcast-title");
    page.type("At noon", Keys.TAB, "Runs go on.");
    page.tabTo("ttl");
    page.type(Keys.ENTER, Keys.ESCAPE, Keys.TAB, Keys.ENTER);
    page.awaitText("#broadcast-result", text -> text.startsWith("Sent as "));
  }

  @Test(groups = "security")
  public void aTokenIsNeededThatIsValidAndHasTheScope() {
    page.openSignedOut(network.address());
    page.giveToken(gateway.tokens().wrongSecret());
    page.awaitText("#sign-in-why", text -> text.startsWith("The token was refused"));
    page.giveToken(gateway.tokens().expired());
    page.awaitText("#sign-in-why", "The token has expired."::equals);
    page.giveToken(gateway.tokens().of(ada));
    page.awaitText("#overview-note", "Figures: Needs a token with the scope operator."::equals);
    page.awaitText("#broadcasts-note", "Needs a token with the scope admin."::equals);
    page.click("#sign-out");
    page.giveToken(root());
    page.awaitHidden("#overview-note");
    page.awaitShown("#broadcast-form");
    page.reload();
    page.awaitContact("open");
  }

  public void aBroadcastIsSentFollowedAndCancelled() {
    signIn();
    connect(ada);
    String title = HOSTILE + " ";
    page.awaitShown("#broadcast-title").sendKeys(title);
    page.awaitShown("#broadcast-body").sendKeys("Runs go on.", Keys.TAB, Keys.TAB, Keys.TAB);
    page.press("#broadcast-form [type=submit]", Keys.ENTER);
    page.awaitText("#broadcasts-table td:nth-child(3)", HOSTILE::equals);
    page.awaitFigure("#broadcasts-table td:nth-child(6)", 1);
    page.awaitFigure("#broadcasts-table td:nth-child(9)", 1);
    connect(ada).readAll("@inbox");
    page.awaitFigure("#broadcasts-table td:nth-child(7)", 1);
    page.press("#broadcasts-table button", Keys.ENTER);
    page.click("#confirm-yes");
    page.awaitText("#broadcasts-table td:nth-child(2)", "cancelled"::equals);
    assertThat(page.elements("img")).hasSize(1);
    assertThat(chromium.driver().getTitle()).isEqualTo("Parley dashboard");
  }

  @Test(groups = "security")
  public void oneUserIsShownWithTheTimeLineOfARunAndNamesAreText() {
    signIn();
    WsClient client = connect(HOSTILE);
    client.runToEnd("t1", "what is 12*(34+5)?");
    client.ask(Commands.startAgent("x1", "t3", "nobody", "hello"));
    page.awaitShown("#user-id").sendKeys(HOSTILE, Keys.ENTER);
    page.awaitText("#user-view header h3", HOSTILE::equals);
    page.awaitText(
        "[aria-label=Connections] tbody td:nth-child(4)", text -> text.contains("websocket"));
    page.awaitText("[aria-label='Last errors'] tbody td:nth-child(2)", "not_found"::equals);
    page.press("[aria-label=Threads] tbody button", Keys.ENTER);
    page.awaitText(".timeline h3", text -> text.endsWith("of builtin: completed"));
    page.awaitText(".timeline tbody", text -> text.contains("tool_executing"));
    page.awaitText(".timeline tbody", text -> !text.contains("34+5"));
    assertThat(page.accessibilityFaults()).isEmpty();
    page.awaitShown("#user-id").clear();
    page.press("#user-id", Keys.ENTER);
    page.awaitText("[aria-label=Users] tbody", text -> text.contains(HOSTILE));
    assertThat(page.elements("img")).hasSize(1);
    assertThat(chromium.driver().getTitle()).isEqualTo("Parley dashboard");
  }

  private void show(String user) {
    page.awaitShown("#user-id").clear();
    page.awaitShown("#user-id").sendKeys(user, Keys.ENTER);
    page.awaitText("#user-view header h3", user::equals);
    page.awaitShown("[aria-label=Connections] tbody");
  }

  /** Nothing happens before the question is answered, and nothing if the answer is no. */
  @Test(groups = "security")
  public void aUserIsDisconnectedAfterAQuestion() {
    signIn();
    WsClient client = connect(ada);
    WsClient other = connect(bob);
    show(ada);
    page.press("#user-view header button:nth-of-type(2)", Keys.ENTER);
    page.awaitText("#confirm-text", text -> text.startsWith("All connections of " + ada));
    assertThat(page.accessibilityFaults()).isEmpty();
    page.type(Keys.ESCAPE);
    page.awaitHidden("#confirm");
    client.barrier();
    page.press("#user-view header button:nth-of-type(2)", Keys.ENTER);
    page.awaitShown("#confirm-yes");
    page.type(Keys.TAB, Keys.ENTER);
    assertThat(client.awaitClose().code()).isEqualTo(4403);
    page.awaitText("#user-note", "1 connection was closed."::equals);
    page.awaitText("[aria-label=Connections] tbody", text -> text.contains("not connected"));
    other.barrier();
  }

  @Test(groups = "security")
  public void oneConnectionIsClosedFromItsRow() {
    signIn();
    WsClient first = connect(ada);
    show(ada);
    page.awaitText("[aria-label=Connections] tbody", text -> text.contains("websocket"));
    page.press("[aria-label=Connections] tbody button", Keys.ENTER);
    page.awaitText("#confirm-text", text -> text.startsWith("Connection c_"));
    page.click("#confirm-yes");
    assertThat(first.awaitClose().code()).isEqualTo(4403);
    page.awaitText("#user-note", "1 connection was closed."::equals);
  }

  @Test(groups = "security")
  public void theTokensOfAUserAreRevokedAfterAQuestion() {
    signIn();
    String token = gateway.tokens().of(ada);
    WsClient first = connectWith(token);
    WsClient second = connectWith(token);
    WsClient other = connect(bob);
    show(ada);
    page.awaitText("#user-view header button:nth-of-type(3)", "Revoke tokens"::equals);
    page.beOnPhone();
    page.awaitNothingCutOff();
    assertThat(page.accessibilityFaults()).isEmpty();
    page.beOnDesktop();
    page.press("#user-view header button:nth-of-type(3)", Keys.ENTER);
    page.awaitText("#confirm-text", text -> text.startsWith("Every token of " + ada));
    page.type(Keys.ENTER);
    page.awaitHidden("#confirm");
    first.barrier();
    page.press("#user-view header button:nth-of-type(3)", Keys.ENTER);
    page.awaitShown("#confirm-yes");
    page.type(Keys.TAB, Keys.ENTER);
    assertThat(first.awaitClose().code()).isEqualTo(4401);
    assertThat(second.awaitClose().code()).isEqualTo(4401);
    page.awaitText("#user-note", "The tokens were revoked. 2 connections were closed."::equals);
    HttpCaller own = new HttpCaller(gateway.address(), token);
    assertThat(own.get("/v1/session").status()).isEqualTo(401);
    other.barrier();
  }

  @Test(groups = "security")
  public void theTokenIsInNoStorageThatOutlivesTheTab() {
    signIn();
    Object kept = chromium.driver().executeScript("return JSON.stringify(localStorage)");
    assertThat(String.valueOf(kept)).doesNotContain(root().substring(0, 20));
    await("cookie")
        .untilAsserted(
            () ->
                assertThat(chromium.driver().executeScript("return document.cookie"))
                    .isEqualTo(""));
  }
}
