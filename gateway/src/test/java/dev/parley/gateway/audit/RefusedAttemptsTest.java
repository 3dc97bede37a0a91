package dev.parley.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.audit.RefusedAttempts.Attempt;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Which refused attempts get to the audit log. */
@Test(groups = "unit")
public class RefusedAttemptsTest {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  private RefusedAttempts attempts;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    attempts = new RefusedAttempts(Duration.ofHours(1));
  }

  private static Attempt attempt(String tenant, String user, @Nullable String asked) {
    return new Attempt(new UserId(tenant, user), OperatorAction.VIEW_USER, asked);
  }

  private int tryMany(String tenant, String user, long millis) {
    int recorded = 0;
    for (int i = 0; i < 100; i++) {
      recorded += attempts.isToRecord(attempt(tenant, user, "t" + i), millis) ? 1 : 0;
    }
    return recorded;
  }

  public void theSameIsRecordedOnceAnHour() {
    Attempt first = attempt("acme", "eve", null);
    assertThat(attempts.isToRecord(first, 0)).isTrue();
    assertThat(attempts.isToRecord(first, HOUR - 1)).isFalse();
    assertThat(attempts.isToRecord(attempt("acme", "eve", "zoo"), HOUR - 1)).isTrue();
    assertThat(attempts.isToRecord(first, HOUR)).isTrue();
  }

  public void nobodyTakesThePlacesOfOthers() {
    assertThat(tryMany("acme", "eve", 0)).isEqualTo(RefusedAttempts.MAX_OF_ACTOR);
    int ofTenant = RefusedAttempts.MAX_OF_ACTOR;
    for (int i = 0; i < 10; i++) {
      ofTenant += tryMany("acme", "user-" + i, 1);
    }
    assertThat(ofTenant).isEqualTo(RefusedAttempts.MAX_OF_TENANT);
    assertThat(attempts.isToRecord(attempt("zoo", "eve", null), 1)).isTrue();
    assertThat(tryMany("acme", "eve", HOUR)).isEqualTo(RefusedAttempts.MAX_OF_ACTOR);
  }

  public void whatWasNotStoredIsRecordedTheNextTime() {
    Attempt first = attempt("acme", "eve", null);
    assertThat(attempts.isToRecord(first, 0)).isTrue();
    attempts.notStored(first);
    assertThat(attempts.isToRecord(first, 1)).isTrue();
    assertThat(attempts.isToRecord(first, 2)).isFalse();
  }
}
