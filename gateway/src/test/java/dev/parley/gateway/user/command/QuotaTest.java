package dev.parley.gateway.user.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.UserRig;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What becomes of commands and runs of a user of whom as much is kept as may be. */
@Test(groups = "unit")
public class QuotaTest {

  private static final UserId EVE = new UserId("default", "eve");
  private static final int BYTES = 64 << 10;
  private static final String LARGE = "x".repeat(20_000);

  private UserRig rig;
  private Peer eve;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    rig =
        UserRig.withLimits(
            Map.of(
                "tiers.free.stored_bytes", "64KiB",
                "tiers.free.threads", "2",
                "limits.burst", "1000"));
    eve = rig.connect("eve", "free");
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  public void aThreadTooManyIsRefusedByName() {
    eve.chat("c1", "t1", "a");
    eve.chat("c2", "t2", "a");
    eve.chat("c3", "t3", "a");
    JsonNode error = eve.answerTo("c3");
    assertThat(error.path("code").asText()).isEqualTo("quota_exceeded");
    assertThat(error.path("message").asText())
        .isEqualTo("threads: 2 (expected: at most 2 of tier free with this: delete threads)");
    assertThat(error.has("retry_after_ms")).isFalse();
    eve.chat("c4", "t2", "a");
    assertThat(eve.answerTo("c4").path("seq").asLong()).isEqualTo(2);
  }

  public void bytesTooManyAreRefusedByNameUntilAThreadIsDeleted() {
    fill();
    eve.chat("c4", "t1", LARGE);
    assertThat(eve.answerTo("c4").path("code").asText()).isEqualTo("quota_exceeded");
    assertThat(eve.answerTo("c4").path("message").asText())
        .startsWith("stored_bytes: ")
        .endsWith(" (expected: at most 65536 of tier free with this: delete threads)");
    Peer ada = rig.connect("ada", "free");
    ada.chat("c1", "t1", LARGE);
    assertThat(ada.answerTo("c1").path("seq").asLong()).isEqualTo(1);
    Principal principal = new Principal(EVE, "free", Set.of(Scope.CHAT), Instant.MAX);
    var ignored = rig.contexts.delete(principal, new ThreadId("t1"));
    rig.settle();
    eve.chat("c5", "t2", LARGE);
    assertThat(eve.answerTo("c5").has("seq")).isTrue();
  }

  public void aRunThatSaysMoreThanFitsFailsWithAllThatItSaid() {
    fill();
    eve.start("c4", "t2");
    say("first ");
    say(LARGE);
    JsonNode end = eve.seen.last("agent_failed");
    assertThat(end.path("code").asText()).isEqualTo("quota_exceeded");
    assertThat(end.path("retryable").asBoolean()).isFalse();
    assertThat(end.path("message").asText()).startsWith("stored_bytes: ");
    assertThat(end.path("partial_text").asText()).isEqualTo("first " + LARGE);
    assertThat(said()).isEqualTo("first " + LARGE);
    assertThat(rig.log.openRuns().toCompletableFuture().join()).isEmpty();
    assertThat(used()).isGreaterThan(BYTES);
  }

  public void aRunThatIsCancelledBeyondTheBoundEndsAtOnce() {
    fill();
    eve.start("c4", "t2");
    eve.cancelRun("c5", eve.runOf("c4"));
    say(LARGE);
    rig.agent.job().left.complete(null);
    rig.settle();
    assertThat(eve.seen.all("agent_cancelled")).hasSize(1);
    assertThat(eve.seen.all("agent_failed")).isEmpty();
  }

  /** Three large messages fit, a fourth does not. */
  private void fill() {
    for (int i = 1; i <= 3; i++) {
      eve.chat("c" + i, "t1", LARGE);
      assertThat(eve.answerTo("c" + i).path("seq").asLong()).isEqualTo(i);
    }
  }

  private void say(String text) {
    var ignored = rig.agent.job().say(text);
    rig.settle();
  }

  private String said() {
    StringBuilder text = new StringBuilder();
    eve.seen
        .all("agent_message")
        .forEach(frame -> text.append(frame.path("payload").path("delta").asText()));
    return text.toString();
  }

  private long used() {
    return rig.log.usage(EVE).toCompletableFuture().join().bytes();
  }
}
