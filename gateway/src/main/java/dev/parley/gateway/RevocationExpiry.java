package dev.parley.gateway;

import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.user.home.Home;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes the revocations that are over, now and every minute. Works at one home. */
final class RevocationExpiry {

  private static final Logger LOG = LoggerFactory.getLogger(RevocationExpiry.class);
  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final Revocations revocations;
  private final Home home;

  private RevocationExpiry(Revocations revocations, Home home) {
    this.revocations = revocations;
    this.home = home;
  }

  /** Begins; it ends with the home. */
  static void start(Revocations revocations, Home home) {
    home.execute(new RevocationExpiry(revocations, home)::expire);
  }

  private void expire() {
    home.whenComplete(
        revocations.expire(),
        isMore -> {
          if (isMore) {
            expire();
          } else {
            again();
          }
        },
        failure -> {
          LOG.warn("revocations: those that are over are not removed yet: {}", failure.toString());
          again();
        });
  }

  private void again() {
    var ignored = home.schedule(PERIOD, this::expire);
  }
}
