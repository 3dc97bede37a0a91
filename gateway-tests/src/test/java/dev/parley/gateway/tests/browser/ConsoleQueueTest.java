package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.ConsolePage.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.testng.annotations.Test;

/** A person sends messages while an answer is in progress. */
@Test(groups = {"chat_events", "external"})
public class ConsoleQueueTest extends DevConsoleTest {
  private static final String NEXT = "what is 6*7?";
  private static final String QUEUED = ".spoken[data-state=queued]";
  private static final String TAKEN_BACK = ".spoken[data-state=taken_back] .note";

  @Override
  Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "5ms");
  }

  public void queuedMessagesAreAnsweredInOrderAndShownAboveTheirAnswers() {
    ask("wait 3 seconds");
    page.say(NEXT);
    page.awaitText(QUEUED + " .note", text -> text.startsWith("Queued, comes next"));
    page.say("what is 7*8?");
    page.awaitText(QUEUED + ":last-child .note", text -> text.startsWith("Queued, 1 before it"));
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("56"));
    assertThat(page.questionAbove(".turn:nth-last-child(3)")).isEqualTo(NEXT);
    assertThat(page.questionAbove(".turn:last-child")).isEqualTo("what is 7*8?");
  }

  public void aMessageMayReplaceTheAnswerInProgress() {
    ask("wait 60 seconds");
    page.click("[value=replace]");
    page.say(NEXT);
    page.awaitText(
        ".turn[data-run-state=cancelled] .end",
        text -> text.startsWith("Replaced by a new message"));
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
  }

  public void aMessageTakenBackInOneTabIsShownSoInTheOther() {
    String first = page.tab();
    ask("wait 60 seconds");
    page.say(NEXT);
    page.awaitShown(QUEUED);
    page.openTab(page.address());
    String second = page.tab();
    page.awaitShown(QUEUED);
    page.goTo(first);
    page.click(QUEUED + " .link");
    page.goTo(second);
    page.awaitText(TAKEN_BACK, "Taken back before it was answered"::equals);
    page.click("#stop");
    page.awaitShown(".turn[data-run-state=cancelled]");
    assertThat(page.all(".turn")).hasSize(1);
    page.closeTab(first);
  }

  private void ask(String question) {
    page.ask(question);
    page.awaitShown("[data-tool][data-status=executing]");
  }
}
