package dev.parley.gateway.user.inbox;

import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.Home;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the users to whom broadcasts are addressed: one broadcast after the other, a page of the
 * directory at a time, on the log's reading threads. An entry of the directory knows which tier the
 * user had when, so a count is right whenever it is made. A broadcast whose count meets a damaged
 * record is not counted before the next start. Used at one home only.
 */
final class AudienceCount {

  private static final Logger LOG = LoggerFactory.getLogger(AudienceCount.class);

  private static final int PAGE = 2_000;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Home home;
  private final Inboxes log;
  private final Consumer<BroadcastRecord> onCounted;
  private final Deque<Broadcast> waiting = new ArrayDeque<>();
  private boolean isCounting;

  AudienceCount(Home home, Inboxes log, Consumer<BroadcastRecord> onCounted) {
    this.home = home;
    this.log = log;
    this.onCounted = onCounted;
  }

  void add(Broadcast broadcast) {
    home.check();
    waiting.add(broadcast);
    next();
  }

  private void next() {
    Broadcast broadcast = isCounting ? null : waiting.poll();
    if (broadcast != null) {
      isCounting = true;
      count(broadcast, null, 0);
    }
  }

  private void count(Broadcast broadcast, @Nullable UserId after, long before) {
    home.whenComplete(
        () -> log.recipients(broadcast, after, PAGE, false),
        page -> counted(broadcast, page, before + page.recipients().size()),
        failure -> failed(broadcast, failure, () -> count(broadcast, after, before)));
  }

  private void counted(Broadcast broadcast, RecipientPage page, long users) {
    if (page.next() != null) {
      count(broadcast, page.next(), users);
    } else {
      store(broadcast, users);
    }
  }

  private void store(Broadcast broadcast, long users) {
    home.whenComplete(
        () -> log.counted(broadcast.key(), users),
        record -> {
          record.ifPresent(onCounted);
          done();
        },
        failure -> failed(broadcast, failure, () -> store(broadcast, users)));
  }

  private void failed(Broadcast broadcast, Throwable failure, Runnable again) {
    DamagedRecordException damage = DamagedRecordException.in(failure).orElse(null);
    if (damage == null) {
      var ignored = home.schedule(RETRY, again);
    } else {
      LOG.warn(
          "broadcast {} of tenant {} is not counted: {}",
          broadcast.key().id().value(),
          broadcast.key().tenant(),
          damage.getMessage());
      done();
    }
  }

  private void done() {
    isCounting = false;
    next();
  }
}
