package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.ConsolePage.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.openqa.selenium.Keys;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * The choice of an agent, and what the console shows of its reasoning, tools, usage and failures.
 */
@Test(groups = {"chat_events", "external"})
public class ConsoleAgentTest extends SignedInConsoleTest {
  private static final String REASONING = ".turn:last-child .thinking";
  private static final String FAILURE = ".turn:last-child .failure";
  private static final String AGAIN = FAILURE + " .again";
  private static final String END = ".turn:last-child .end";

  /** Retries after such a wait are enabled before {@link ConsolePage} stops waiting. */
  private static final String SHORT_WAIT = "2500";

  private int commands;

  @Override
  Map<String, String> consoleSettings() {
    return Map.of(
        "agents.actor.type", "actor",
        "agents.parrot.type", "mimic",
        "agents.builtin.pace", "1ms",
        "server.max_frame", "1MiB",
        "limits.bytes_per_second", "1GiB");
  }

  @BeforeMethod(alwaysRun = true)
  void openThread() {
    page.openThread("t1");
    page.awaitConnection("open");
    chromium.complaints();
  }

  @AfterMethod(alwaysRun = true)
  void nothingWasComplainedOf() {
    page.beOnDesktop();
    assertThat(chromium.complaints()).isEmpty();
  }

  public void theAgentOfTheNextMessageIsChosenAndKeptForItsThread() {
    assertThat(page.chosenAgent()).isEqualTo("builtin");
    page.chooseAgent("parrot");
    page.awaitText("#agent-description", "Echoes its input."::equals);
    page.ask("hello");
    page.awaitText(ANSWER + "[data-state=completed]", "hello"::equals);
    page.reload();
    page.awaitText(ANSWER, "hello"::equals);
    page.awaitText("#agent-description", "Echoes its input."::equals);
    assertThat(page.chosenAgent()).isEqualTo("parrot");
    page.click("#new-conversation");
    page.awaitShown("#welcome [data-suggestion]");
    assertThat(page.chosenAgent()).isEqualTo("builtin");
  }

  public void anAgentWithoutSuggestionsIsDescribedOnTheWelcomePage() {
    page.chooseAgent("parrot");
    page.awaitText("#welcome-agent", "parrot: Echoes its input."::equals);
    assertThat(page.all("[data-suggestion]")).noneMatch(each -> each.isDisplayed());
  }

  public void reasoningIsOpenWhileItGrowsAndClosesWhenTheAnswerBegins() {
    act("[{'do':'think','text':'I look it up.'},{'do':'wait'}]");
    page.awaitText(REASONING + "[open] .reasoning", "I look it up."::equals);
    page.click("#stop");
    page.awaitShown(".turn:last-child[data-run-state=cancelled]");
    page.awaitShown(REASONING + ":not([open])");
    act("[{'do':'think','text':'I know it.'},{'do':'say','text':'Yes.'},{'do':'wait'}]");
    page.awaitText(ANSWER, "Yes."::equals);
    page.awaitHidden(REASONING + " .reasoning");
    page.press(REASONING + " summary", Keys.ENTER);
    page.awaitText(REASONING + "[open] .reasoning", "I know it."::equals);
    page.click("#stop");
    page.awaitShown(".turn:last-child[data-run-state=cancelled]");
    page.awaitText(REASONING + "[open] .reasoning", "I know it."::equals);
  }

  public void aToolShowsItsArgumentsErrorStateAndDuration() {
    act(
        "[{'do':'call','text':'call','arguments':{'city':'Tokyo'}},"
            + "{'do':'return error','text':'no such city'},{'do':'complete'}]");
    String tool = page.awaitText(".tool[data-status=error]", text -> text.contains("Error"));
    assertThat(tool).contains("city: Tokyo", "no such city", "failed").containsPattern("\\d m?s");
  }

  public void aSubagentIsNamedBesideItsThoughtsAndTools() {
    act(
        "[{'do':'think','text':'I think.'},{'do':'think','text':'hm','by':'writer'},"
            + "{'do':'call','text':'look','arguments':{},'by':'writer'},{'do':'wait'}]");
    page.awaitText(".tool summary", text -> text.contains("look") && text.contains("by writer"));
    page.awaitText(".thinking[data-state=done] summary", "writer: Thought"::equals);
    page.awaitText(".thinking[data-state=open] .reasoning", "I think."::equals);
    page.click("#stop");
    page.awaitShown(".turn:last-child[data-run-state=cancelled]");
  }

  public void theUsageOfARunIsShown() {
    act("[{'do':'complete','usage':{'prompt_tokens':1200,'completion_tokens':34}}]");
    page.awaitText(END, text -> text.contains("1,200 tokens in · 34 tokens out"));
    act(
        "[{'do':'complete','usage':{'input_tokens':7,'cache_read_input_tokens':1000,"
            + "'output_tokens':5}}]");
    page.awaitText(END, text -> text.contains("1,007 tokens in · 5 tokens out"));
  }

  public void aFailureSaysWhatToDoAndItsMessageIsSentAgain() {
    act(failure("upstream_error", "'retryable':true"));
    assertThat(page.awaitText(FAILURE, text -> text.contains("upstream_error")))
        .contains("The service of this agent failed. Try again")
        .contains("as the service says");
    page.click(AGAIN);
    page.awaitShown(".turn ~ .turn [data-event=agent_failed] .again");
    assertThat(page.all(".again")).filteredOn(each -> each.isDisplayed()).hasSize(1);
  }

  public void aFailureThatIsFinalHasNoButton() {
    act(failure("upstream_auth", "'retryable':false"));
    page.awaitText(FAILURE, text -> text.contains("Ask an administrator"));
    assertThat(page.all(".again")).isEmpty();
  }

  public void theButtonIsDisabledUntilTheAgentMayBeAskedAgain() {
    act(failure("upstream_rate_limited", "'retryable':true,'after':" + SHORT_WAIT));
    page.awaitText(AGAIN + ":disabled", Pattern.compile("Try again in \\d s").asMatchPredicate());
    page.awaitText(AGAIN + ":enabled", "Try again"::equals);
  }

  public void aResultOfMaximumSizeDoesNotBlockThePage() {
    act(
        "[{'do':'call','text':'call','arguments':{}},"
            + "{'do':'return text','text':'0123456 ','times':32000},{'do':'complete'}]");
    String more = page.awaitText(".tool .result .link", text -> text.startsWith("Show all"));
    assertThat(more).isEqualTo("Show all 256,000 characters");
    assertThat(page.charactersIn(".tool")).isLessThan(20_000);
    page.click(".tool .result .link");
    page.awaitShown(".tool .result .piece");
    assertThat(page.charactersIn(".tool .result pre")).isEqualTo(256_000);
    page.ask("[]");
    page.awaitShown(".turn ~ .turn[data-run-state=completed]");
  }

  public void longReasoningIsShownInPart() {
    act("[{'do':'think','text':'0123456 ','times':30000},{'do':'wait'}]");
    page.awaitText(REASONING + "[open] .reasoning", text -> text.startsWith("…"));
    assertThat(page.charactersIn(REASONING)).isLessThan(40_000);
    page.click("#stop");
    page.awaitShown(REASONING + "[data-state=done]");
    assertThat(page.charactersIn(REASONING)).isLessThan(20_000);
  }

  @Test(groups = "business_value")
  public void agentsAndFailuresHaveNoSeriousAccessibilityFaults() {
    act("[{'do':'think','text':'I look it up. ','times':300},{'do':'wait'}]");
    page.awaitShown(REASONING + "[open]");
    assertThat(page.accessibilityFaults()).isEmpty();
    page.click("#stop");
    page.awaitShown(".turn:last-child[data-run-state=cancelled]");
    act(
        "[{'do':'call','text':'search','arguments':{'q':'tea'}},"
            + "{'do':'return','text':'search','result':{'found':3}},"
            + "{'do':'complete','usage':{'input_tokens':7,'output_tokens':5}}]");
    page.awaitText(END, text -> text.contains("tokens out"));
    act(failure("upstream_unreachable", "'retryable':true,'after':600000"));
    page.awaitText(AGAIN, "Try again in 10 min"::equals);
    for (String scheme : List.of("light", "dark")) {
      page.choose(scheme);
      assertThat(page.accessibilityFaults()).as(scheme).isEmpty();
    }
    page.beOnPhone();
    page.awaitNothingCutOff();
    assertThat(page.accessibilityFaults()).isEmpty();
    chromium.complaints(); // of axe-core itself
  }

  private static String failure(String code, String more) {
    return "[{'do':'say','text':'So far.'},{'do':'fail','text':'as the service says','code':'%s',%s}]"
        .formatted(code, more);
  }

  private void act(String events) {
    WsClient device = connect(ada);
    device.sendValid(
        Commands.startAgent("c" + ++commands, "t1", "actor", events.replace('\'', '"')));
    device.barrier();
  }
}
