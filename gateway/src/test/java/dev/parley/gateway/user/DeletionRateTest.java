package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.Deletion;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.HttpStatus;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Deletions count in the rate of the user's commands. */
@Test(groups = "unit")
public class DeletionRateTest {

  private UserRig rig;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    rig = UserRig.withLimits(Map.of("limits.burst", "3"));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    rig.close();
  }

  public void moreThanTheBurstIsRefusedUntilAPermitIsThere() {
    for (int i = 0; i < 3; i++) {
      assertThat(delete("ada", "free").join()).isInstanceOf(Deletion.Deleted.class);
    }
    Refusal refusal = refusal(delete("ada", "free"));
    assertThat(refusal.status()).isEqualTo(HttpStatus.TOO_MANY_REQUESTS);
    assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED);
    assertThat(refusal.retryAfterSeconds()).isEqualTo(2);
    rig.pass(Objects.requireNonNull(refusal.retryAfter()));
    assertThat(delete("ada", "free").join()).isInstanceOf(Deletion.Deleted.class);
  }

  public void anotherUserIsNotConcerned() {
    for (int i = 0; i < 4; i++) {
      delete("ada", "free");
    }
    assertThat(delete("bob", "free").join()).isInstanceOf(Deletion.Deleted.class);
  }

  public void commandsAndDeletionsHaveOneRate() {
    Peer ada = rig.connect("ada", "free");
    for (int i = 0; i < 3; i++) {
      ada.chat("c" + i, "t", "hello");
    }
    assertThat(refusal(delete("ada", "free")).code()).isEqualTo(ErrorCode.RATE_LIMITED);
  }

  public void theLimitIsNotForgottenAndTheContextEndsWhenItIsAtRest() {
    delete("ada", "free");
    assertThat(rig.metrics.liveContexts()).isEqualTo(1);
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.metrics.liveContexts()).isZero();
  }

  private CompletableFuture<Deletion> delete(String user, String tier) {
    Principal principal =
        new Principal(new UserId("default", user), tier, Set.of(Scope.CHAT), Instant.MAX);
    CompletableFuture<Deletion> stage =
        rig.contexts.delete(principal, new ThreadId("t")).toCompletableFuture();
    rig.home.await(
        () -> {
          rig.home.runAll();
          return stage.isDone();
        });
    return stage;
  }

  private static Refusal refusal(CompletableFuture<Deletion> stage) {
    Refusal[] refusal = new Refusal[1];
    assertThatThrownBy(stage::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(RefusedException.class, refused -> refusal[0] = refused.refusal());
    return refusal[0];
  }
}
