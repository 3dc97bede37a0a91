package dev.parley.gateway.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class LastErrorsTest {
  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final UserId ada = new UserId("default", "ada");
  private LastErrors errors = new LastErrors(CLOCK);
  private LastSeen seen = new LastSeen();

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    errors = new LastErrors(CLOCK);
    seen = new LastSeen();
  }

  public void theNewestOfAUserAreKept() {
    for (int i = 0; i < 100; i++) {
      errors.refused(ada, ErrorCode.FORBIDDEN, "type" + i);
    }
    errors.failed(ada, new RunId("r_1"), ErrorCode.INTERNAL);
    assertThat(errors.of(ada)).hasSize(LastErrors.PER_USER);
    assertThat(errors.of(ada).get(0).run()).isEqualTo(new RunId("r_1"));
    assertThat(errors.of(ada).get(1).commandType()).isEqualTo("type99");
  }

  public void theUsersWhoHadTheNewestAreKept() {
    errors.refused(ada, ErrorCode.FORBIDDEN, null);
    for (int i = 0; i < LastErrors.USERS; i++) {
      errors.refused(new UserId("default", "u" + i), ErrorCode.FORBIDDEN, null);
    }
    assertThat(errors.of(ada)).isEmpty();
    assertThat(errors.of(new UserId("default", "u1"))).hasSize(1);
  }

  public void whatIsForgottenIsGone() {
    errors.refused(ada, ErrorCode.FORBIDDEN, null);
    errors.forget(ada);
    assertThat(errors.of(ada)).isEmpty();
    assertThat(errors.of(new UserId("other", "ada"))).isEmpty();
  }

  public void usersWhoLeftLastAreRemembered() {
    seen.left(ada, Instant.ofEpochMilli(5));
    seen.left(ada, Instant.ofEpochMilli(3));
    assertThat(seen.of(ada)).contains(Instant.ofEpochMilli(5));
    for (int i = 0; i < LastSeen.USERS; i++) {
      seen.left(new UserId("default", "u" + i), Instant.EPOCH);
    }
    assertThat(seen.of(ada)).isEmpty();
    seen.forget(new UserId("default", "u1"));
    assertThat(seen.of(new UserId("default", "u1"))).isEmpty();
    assertThat(seen.of(new UserId("default", "u2"))).isPresent();
  }
}
