package dev.parley.gateway.bench.socket;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.UserId;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Fills the directory of a store that nobody has open. */
final class Directory {

  private static final int AT_ONCE = 8_192;

  private Directory() {}

  /** The user of this number. */
  static String user(int number) {
    return "u" + number;
  }

  /** Puts so many users there, as their first connections would. Returns the seconds it took. */
  static double fill(Path store, int users) throws InterruptedException {
    Semaphore places = new Semaphore(AT_ONCE);
    AtomicReference<@Nullable Throwable> failed = new AtomicReference<>();
    long begin = System.nanoTime();
    try (EventLog log =
        EmbeddedLog.open(
            store,
            Clock.systemUTC(),
            IdSource.random(),
            EmbeddedLog.LogOptions.of(new DeltaCodec()))) {
      for (int i = 0; i < users; i++) {
        places.acquire();
        var ignored =
            log.inboxes()
                .arrive(new UserId("default", user(i)), Target.TIER, false)
                .whenComplete(
                    (state, failure) -> {
                      if (failure != null) {
                        failed.set(failure);
                      }
                      places.release();
                    });
      }
      places.acquire(AT_ONCE);
    }
    Throwable failure = failed.get();
    if (failure != null) {
      throw new IllegalStateException("directory: " + failure, failure);
    }
    return (System.nanoTime() - begin) / 1e9;
  }
}
