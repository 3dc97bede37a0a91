package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.ConsolePage.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.openqa.selenium.WebElement;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/** A person at the console page of a gateway in development mode. */
@Test(groups = "external")
public class ConsoleBrowserTest extends DevConsoleTest {
  private static final String QUESTION = "what is 12*(34+5)? and what time is it in Tokyo?";
  private static final Map<String, String> SETTINGS =
      Map.of(
          "agents.builtin.pace",
          "100ms",
          "agents.quick.type",
          "builtin",
          "agents.quick.pace",
          "1ms");
  private static final List<String> LIFE_OF_A_RUN =
      List.of(
          "agent_started", "agent_thinking", "tool_executing", "tool_completed", "agent_completed");

  @Override
  Map<String, String> settings() {
    return SETTINGS;
  }

  @AfterMethod(alwaysRun = true)
  void nothingWasComplainedOf() {
    assertThat(chromium.complaints()).isEmpty();
  }

  @Test(groups = {"chat_events", "business_value"})
  public void anAnswerShowsTheFiveEventsOfARun() {
    page.ask(QUESTION);
    page.awaitShown("[data-event=agent_completed]");
    page.awaitText(ANSWER, text -> text.contains("468"));
    for (String event : LIFE_OF_A_RUN) {
      assertThat(page.all("[data-event=" + event + "]")).as(event).isNotEmpty();
    }
    assertThat(page.all("[data-tool][data-status=ok]")).hasSize(2);
  }

  @Test(groups = {"chat_events", "error_recovery"})
  public void afterAReloadTheAnswerContinuesAndIsComplete() {
    page.ask("count slowly to 30");
    page.awaitText(ANSWER + "[data-state=streaming]", text -> text.contains("5"));
    page.reload();
    page.awaitText(ANSWER + "[data-state=streaming]", text -> text.contains("15"));
    String whole = page.awaitText(ANSWER + "[data-state=completed]", text -> true);
    assertThat(numbers(whole)).containsExactly(IntStream.rangeClosed(1, 30).toArray());
  }

  @Test(groups = "error_recovery")
  public void theOpenPageContinuesAfterAKilledGatewayRestarts() {
    page.ask("what is 6*7?");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
    page.ask("count slowly to 90");
    page.awaitText(ANSWER, text -> text.contains("3"));
    gateway.kill();
    page.awaitConnection("waiting");
    gateway = gateway.restart(SETTINGS);
    page.awaitShown(".turn:last-child[data-run-state=failed] [data-event=agent_failed]");
    page.ask("what is 7*8?");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("56"));
    page.reload();
    page.awaitText(".turn [data-role=assistant]", text -> text.contains("42"));
    chromium.complaints();
  }

  @Test(groups = "security")
  public void markupInAMessageIsShownAsTyped() {
    String markup = "<b id=evil>bold</b><img src=x onerror=\"document.title='evil'\">";
    page.chooseAgent("quick");
    page.ask(markup);
    page.awaitShown("[data-event=agent_completed]");
    assertThat(page.awaitText("[data-event=message_added]", text -> true)).isEqualTo(markup);
    assertThat(page.all("#evil, #conversation img")).isEmpty();
    assertThat(chromium.driver().getTitle()).isEqualTo("Parley");
  }

  @Test(groups = "chat_events")
  public void theStopButtonCancelsARun() {
    page.ask("wait 60 seconds");
    page.awaitShown("[data-tool][data-status=executing]");
    page.click("#stop");
    page.awaitShown(".turn[data-run-state=cancelled] [data-event=agent_cancelled]");
    page.awaitShown("#send");
  }

  @Test(groups = "chat_events")
  public void twoTabsShowTheSameConversation() {
    String first = chromium.driver().getWindowHandle();
    page.ask(QUESTION);
    page.openTab(page.address());
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("468"));
    page.ask("what is 6*7?");
    page.closeTab(first);
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
  }

  @Test(groups = "security")
  public void theKeyIsRemovedFromTheAddressAndTheTokenIsReused() {
    URI plain = gateway.address().resolve("/");
    assertThat(page.address()).isEqualTo(plain);
    page.open(plain);
    page.awaitConnection("open");
  }

  @Test(groups = "business_value")
  public void theSkipLinkLeadsToTheMessageBoxAndKeepsWhatIsInIt() {
    page.awaitShown("#text").sendKeys("half a question");
    page.followSkipLink();
    assertThat(page.address().getFragment()).isEqualTo("text");
    page.awaitShown("#text:focus");
    assertThat(page.awaitShown("#text").getDomProperty("value")).isEqualTo("half a question");
    page.reload();
    page.awaitConnection("open");
  }

  @Test(groups = "business_value")
  public void aVisitorWithoutTheKeySeesTheSignInHint() {
    page.openAsNewVisitor(gateway.address().resolve("/"));
    WebElement hint = page.awaitShown("#signin");
    assertThat(hint.getText()).contains("gateway prints").contains(gateway.address().toString());
  }

  @Test(groups = "business_value")
  public void aClickOnASuggestionSendsIt() {
    page.click("[data-suggestion]");
    page.awaitText("[data-event=message_added]", QUESTION::equals);
    page.awaitShown("[data-event=agent_completed]");
  }

  private static int[] numbers(String text) {
    return Arrays.stream(text.split("\\D+"))
        .filter(n -> !n.isEmpty())
        .mapToInt(Integer::parseInt)
        .toArray();
  }
}
