package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.ConsolePage.ANSWER;
import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.openqa.selenium.Keys;
import org.testng.annotations.Test;

/** The console page on a network that fails and with a token that expires. */
@Test(groups = "external")
public class ConsoleNetworkTest extends SignedInConsoleTest {
  private static final int LIFE_SECONDS = 8;
  private static final int LAST = Bounds.FULL ? 200 : 60;
  private static final int CONVERSATIONS = 1_001;

  @Override
  Map<String, String> consoleSettings() {
    return Map.of(
        "agents.builtin.pace", "60ms",
        "auth.jwt.leeway", "0s",
        "limits.burst", "2000",
        "limits.subscriptions", "2000",
        "limits.commands_per_minute", "10000",
        "limits.frames_per_second", "10000",
        "limits.frames_burst", "10000",
        "tiers.early.threads", "2000");
  }

  @Test(groups = "error_recovery")
  public void afterANetworkFailureTheAnswerIsComplete() {
    page.ask("count slowly to 60");
    page.awaitText(ANSWER, text -> text.contains("5"));
    network.cut();
    page.awaitConnection("waiting");
    page.awaitText("#countdown", text -> text.contains("again in"));
    page.say("what is 6*7?");
    page.awaitText("[data-state=pending] .note", "Waits for the connection"::equals);
    gateway.awaitConnections(0);
    network.heal();
    page.awaitText("#conversation", text -> text.contains("58 59 60."));
    page.awaitText(ANSWER, text -> text.contains("42"));
  }

  @Test(groups = "error_recovery")
  public void eventsDuringAnOutageAreReadAfterwards() {
    page.ask("count slowly to " + LAST);
    page.awaitText(ANSWER, text -> text.contains("5"));
    network.cut();
    page.awaitConnection("waiting");
    await().until(() -> gateway.metrics().openRuns() == 0);
    network.heal();
    page.tryNow();
    page.awaitText("#conversation", text -> text.contains(LAST - 1 + " " + LAST + "."));
    page.ask("what is 6*7?");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("42"));
  }

  @Test(groups = "error_recovery")
  public void withWebSocketBlockedThePageUsesHttp() {
    network.blockWebSocket(true);
    try {
      page.reload();
      page.awaitText("#connection-text", "Connected, without WebSocket"::equals);
      page.ask("what is 12*(34+5)?");
      page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("468"));
    } finally {
      network.blockWebSocket(false);
    }
  }

  @Test(groups = "business_value")
  public void ofOneThousandAndOneConversationsTheNewestIsTheFirstAfterAReload() {
    WsClient writer = connect(ada);
    for (int i = 0; i < CONVERSATIONS; i++) {
      writer.sendValid(Commands.chat("c" + i, "t" + i, "hello"));
    }
    writer.barrier();
    assertThat(writer.received()).noneMatch(frame -> frame.type().equals("rejected"));
    writer.sendValid(Commands.chat("last", "zzz", "the newest"));
    writer.barrier();
    page.reload();
    page.click(".thread:nth-child(1) .thread-open");
    page.awaitText(".spoken .words", "the newest"::equals);
    page.click("#older");
    page.awaitShown(".thread:nth-child(501)");
    page.click("#older");
    page.awaitShown(".thread:nth-child(" + (CONVERSATIONS + 1) + ")");
    page.awaitHidden("#older");
  }

  @Test(groups = "business_value")
  public void aTitleThatIsSetInOneTabAppearsInTheOther() {
    connect(ada).ask(Commands.chat("c1", "t1", "hello"));
    page.openThread("t1");
    String first = page.tab();
    page.openTab(network.address());
    page.openThread("t1");
    page.rename("Trip to Paris");
    page.awaitText("#title", "Trip to Paris"::equals);
    page.closeTab(first);
    page.awaitText("#title", "Trip to Paris"::equals);
    page.awaitText(".thread[data-current=true] .thread-name", "Trip to Paris"::equals);
    page.reload();
    page.awaitText(".thread[data-current=true] .thread-name", "Trip to Paris"::equals);
  }

  @Test(groups = "business_value")
  public void aTitleIsSetWithKeysAloneAndEscapeLeavesItAsItWas() {
    connect(ada).ask(Commands.setTitle("c1", "t1", "Sums"));
    page.openThread("t1");
    page.awaitText(".thread[data-current=true] .thread-name", "Sums"::equals);
    page.renameByKeys("Clocks", Keys.ESCAPE);
    page.awaitText(".thread[data-current=true] .thread-name", "Sums"::equals);
    page.renameByKeys("Clocks", Keys.ENTER);
    page.awaitText(".thread[data-current=true] .thread-name", "Clocks"::equals);
    assertThat(page.focused()).isEqualTo("Rename “Clocks”");
    JsonNode threads = http(ada).get("/v1/threads").json().path("threads");
    assertThat(threads.get(0).path("title").asText()).isEqualTo("Clocks");
  }

  /** Threads are listed by the millisecond of their activity. */
  private static void awaitTheNextMillisecond() {
    long now = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > now);
  }

  @Test(groups = "business_value")
  public void aConversationWithActivityMovesToTheTop() {
    WsClient writer = connect(ada);
    for (String thread : List.of("t1", "t2", "t3")) {
      writer.ask(Commands.setTitle("title-" + thread, thread, "Title of " + thread));
      awaitTheNextMillisecond();
    }
    page.openThread("t3");
    page.awaitText(".thread:nth-child(1) .thread-name", "Title of t3"::equals);
    writer.ask(Commands.chat("c1", "t1", "hello"));
    page.awaitText(".thread:nth-child(1) .thread-name", "Title of t1"::equals);
    awaitTheNextMillisecond();
    writer.ask(Commands.setTitle("c2", "t2", "The newest"));
    page.awaitText(".thread:nth-child(1) .thread-name", "The newest"::equals);
    page.awaitText(".thread:nth-child(3) .thread-name", "Title of t3"::equals);
  }

  @Test(groups = "business_value")
  public void namesThatAreSpecialInJavaScriptAreShownAsConversations() {
    WsClient writer = connect(ada);
    writer.sendValid(Commands.chat("c1", "constructor", "hello"));
    writer.sendValid(Commands.chat("c2", "__proto__", "hello"));
    writer.barrier();
    page.reload();
    for (String place : List.of("1", "2")) {
      page.awaitText(".thread:nth-child(" + place + ") .thread-name", "Conversation"::equals);
    }
  }

  @Test(groups = "security")
  public void anExpiringTokenIsRefreshedWhileThePageIsOpen() {
    Instant end = Instant.now().plusSeconds(LIFE_SECONDS);
    page.storeToken(gateway.tokens().expiringAt(ada, end), end);
    page.reload();
    page.awaitConnection("open");
    page.storeToken(gateway.tokens().of(ada), Instant.now().plusSeconds(3600));
    page.inspect();
    page.awaitFrame("refresh_token");
    page.ask("what is 12*(34+5)?");
    page.awaitText(ANSWER + "[data-state=completed]", text -> text.contains("468"));
    page.click("#copy");
    page.awaitText("#copy", "Copied"::equals);
    assertThat(page.clipboard()).contains("refresh_token", "•••").doesNotContain("eyJ");
  }

  @Test(groups = "security")
  public void anExpiredTokenLeadsToTheSignIn() {
    Instant end = Instant.now().plusSeconds(3);
    page.storeToken(gateway.tokens().expiringAt(ada, end), end);
    page.reload();
    page.awaitShown("#signin");
    page.awaitConnection("closed");
  }
}
