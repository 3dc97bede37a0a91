package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.ConsolePage.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.WebElement;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The inspector beside the conversation: its display and its simulated network faults. */
@Test(groups = {"chat_events", "external"})
public class ConsoleInspectorTest extends DevConsoleTest {
  private static final String QUESTION = "what is 6*7?";
  private static final String END = "[data-event=agent_completed]";

  @Override
  Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "30ms");
  }

  @BeforeMethod(alwaysRun = true)
  void inspect() {
    page.inspect();
  }

  public void eachFrameIsShownWithSeqKindSizeAndTime() {
    page.ask(QUESTION);
    page.awaitFrame("ack"); // the last one: the page has shown the end
    WebElement end =
        page.all(".row").stream()
            .filter(row -> row.getText().contains("agent_completed"))
            .findFirst()
            .orElseThrow();
    List<String> last = end.getText().lines().toList();
    assertThat(last).hasSize(4).element(1).isEqualTo("agent_completed");
    assertThat(last.get(0)).matches("\\d+");
    assertThat(last.get(2)).matches("\\d+ B");
    assertThat(last.get(3)).matches("\\+[\\d.]+ m?s");
    end.click();
    page.awaitText("#detail-text", text -> text.contains("\"text\": \"6*7 = 42\""));
  }

  public void aRunIsDrawnAsLanesOverTime() {
    page.ask("wait 2 seconds");
    page.awaitText("#run-time", text -> text.endsWith(" so far"));
    page.awaitShown(END);
    page.awaitText("#run-time", text -> !text.isEmpty() && !text.endsWith(" so far"));
    List<String> lanes = page.all(".lane-name").stream().map(WebElement::getText).toList();
    assertThat(lanes).containsExactly("thinking", "wait", "text", "waiting");
    assertThat(page.awaitText(".lanes > :nth-child(2)", text -> true)).contains("2.0 s");
  }

  public void theFramesAreCopiedAsJson() {
    page.ask(QUESTION);
    page.awaitFrame("agent_completed");
    page.click("#copy");
    page.awaitText("#copy", "Copied"::equals);
    JsonNode frames = Json.parse(page.clipboard());
    assertThat(frames.findValuesAsText("type"))
        .contains("subscribe", "user_message", "accepted", "tool_completed", "agent_completed");
  }

  public void aCutAndRestoredConnectionLosesNothing() {
    page.ask("count slowly to 40");
    page.awaitText(ANSWER, text -> text.contains("3"));
    page.click("#cut");
    page.awaitConnection("waiting");
    page.say(QUESTION);
    page.awaitShown("[data-state=pending]");
    page.click("#cut");
    page.tryNow();
    page.awaitText("#conversation", text -> text.contains("38 39 40."));
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
  }

  public void aSlowReaderFallsBehindAndCatchesUpAtFullSpeed() {
    page.openThread("slow");
    page.awaitConnection("open");
    page.click("#slow");
    try (WsClient device = WsClient.open(gateway.address(), gateway.token("dev"))) {
      device.runToEnd("slow", "count slowly to 100");
    }
    assertThat(page.all(END)).isEmpty();
    page.click("#slow");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("98 99 100."));
  }

  public void aSecondTabShowsTheSameConversation() {
    String first = page.tab();
    page.ask(QUESTION);
    page.awaitShown(END);
    page.click("#second-tab");
    page.goToNewTab();
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
    page.closeTab(first);
  }
}
