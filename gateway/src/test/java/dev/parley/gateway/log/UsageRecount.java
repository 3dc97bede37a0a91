package dev.parley.gateway.log;

import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.UserId;
import java.util.List;

/** Counts a user's usage from what can be read. */
public final class UsageRecount {

  private UsageRecount() {}

  /** Counts all again; when something was stored or dropped meanwhile, once more. */
  public static void check(EventLog log, UserId user) {
    Usage before;
    Usage recount;
    Usage after = await(log.usage(user));
    do {
      before = after;
      recount = recount(log, user);
      after = await(log.usage(user));
    } while (!after.equals(before));
    assertThat(after).as("usage of %s", user).isEqualTo(recount);
  }

  private static Usage recount(EventLog log, UserId user) {
    long bytes = 0;
    long threads = 0;
    for (ThreadEntry entry : await(log.threads(user, null, 1_000))) {
      ThreadKey thread = new ThreadKey(user, entry.thread());
      List<StoredEvent> events = await(log.readWithHidden(thread, 0, Integer.MAX_VALUE)).events();
      threads += events.isEmpty() ? 0 : 1;
      for (StoredEvent event : events) {
        bytes += event.bytes() + Usage.RECORD;
      }
    }
    return new Usage(bytes, threads);
  }
}
