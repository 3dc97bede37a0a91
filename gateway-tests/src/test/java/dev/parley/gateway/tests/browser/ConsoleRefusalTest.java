package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.ConsolePage.ANSWER;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A message of the console page that the gateway refuses: its thread has a run of another device.
 */
@Test(groups = {"error_recovery", "external"})
public class ConsoleRefusalTest extends SignedInConsoleTest {
  private static final String QUESTION = "what is 6*7?";

  private WsClient device;
  private String run;

  @Override
  Map<String, String> consoleSettings() {
    return Map.of("agents.builtin.pace", "5ms");
  }

  @BeforeMethod(alwaysRun = true, dependsOnMethods = "signIn")
  public void askWhileAnotherDeviceDoes() {
    page.openThread("t1");
    page.awaitConnection("open");
    network.cut();
    page.awaitConnection("waiting");
    device = connect(ada);
    run = device.say("t1", "wait 60 seconds").payload().path("run_id").asText();
    page.say(QUESTION);
  }

  private void comeBack() {
    network.heal();
    page.tryNow();
    page.awaitConnection("open");
  }

  private void endRun() {
    device.sendValid(Commands.cancelRun("end", run));
    device.awaitEnd(run);
  }

  public void itIsSentAgainToItsOwnConversation() {
    page.click("#new-conversation");
    comeBack();
    page.awaitShown("#notice-again");
    endRun();
    page.click("#notice-again");
    device.awaitWhere("42", frame -> frame.text("text").contains("42"));
    assertThat(device.received())
        .filteredOn(frame -> frame.text("content").equals(QUESTION))
        .hasSize(1);
    page.awaitShown("#welcome");
    page.awaitHidden("#notice");
  }

  public void itIsNotLostWhenTheConnectionIs() {
    comeBack();
    page.awaitShown("#notice-again");
    network.cut();
    page.awaitConnection("waiting");
    comeBack();
    endRun();
    page.awaitShown(".turn[data-run-state=cancelled]");
    page.click("#notice-again");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
  }

  public void itIsNotLostWhenAnotherOneIsSent() {
    comeBack();
    page.awaitShown("#notice-again");
    endRun();
    page.awaitShown(".turn[data-run-state=cancelled]");
    page.ask("what is 7*8?");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("56"));
    page.click("#notice-again");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
  }
}
