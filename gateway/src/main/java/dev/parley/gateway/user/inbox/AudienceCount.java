package dev.parley.gateway.user.inbox;

import dev.parley.gateway.limit.Turns;
import dev.parley.gateway.log.Broadcast;
import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.log.BroadcastRecord;
import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.Inboxes;
import dev.parley.gateway.log.Recipient.RecipientPage;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.Home;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the users to whom broadcasts are addressed: a page of the directory at a time, in turns of
 * the tenants, one broadcast of a tenant after the other. It works on the log's reading threads. An
 * entry of the directory knows which tier the user had when, so a count is right whenever it is
 * made. A broadcast whose count meets a damaged record is not counted before the next start. Used
 * at one home only.
 */
final class AudienceCount {

  private static final Logger LOG = LoggerFactory.getLogger(AudienceCount.class);

  private static final int PAGE = 2_000;
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final Home home;
  private final Inboxes log;
  private final LongFunction<Optional<Broadcast>> kept;
  private final Consumer<BroadcastRecord> onCounted;
  private final Turns<String, Counting> waiting = new Turns<>();
  private boolean isCounting;

  /**
   * How far a count is. It holds no broadcast: one that was removed or has forgotten a name is not
   * kept here as it was.
   *
   * @param position of the broadcast
   * @param after the last user that was looked at; null before the first
   */
  private record Counting(BroadcastKey key, long position, @Nullable UserId after, long users) {

    Counting plus(RecipientPage page) {
      return new Counting(key, position, page.next(), users + page.recipients().size());
    }
  }

  /**
   * Nothing is counted yet.
   *
   * @param kept the broadcast at a position, as it is now; empty if it was removed
   */
  AudienceCount(
      Home home,
      Inboxes log,
      LongFunction<Optional<Broadcast>> kept,
      Consumer<BroadcastRecord> onCounted) {
    this.home = home;
    this.log = log;
    this.kept = kept;
    this.onCounted = onCounted;
  }

  void add(Broadcast broadcast) {
    home.check();
    BroadcastKey key = broadcast.key();
    waiting.add(key.tenant(), new Counting(key, broadcast.position(), null, 0));
    next();
  }

  /** The broadcast is kept no longer. */
  void remove(Broadcast broadcast) {
    home.check();
    waiting.removeIf(broadcast.key().tenant(), each -> each.position() == broadcast.position());
  }

  private void next() {
    Counting counting = isCounting ? null : waiting.poll();
    if (counting != null) {
      isCounting = true;
      count(counting);
    }
  }

  private void count(Counting counting) {
    withBroadcast(
        counting,
        broadcast ->
            home.whenComplete(
                () -> log.recipients(broadcast, counting.after(), PAGE, false),
                page -> counted(counting.plus(page)),
                failure -> failed(counting, failure, () -> count(counting))));
  }

  private void counted(Counting counting) {
    if (counting.after() == null) {
      store(counting);
    } else {
      waiting.addFirst(counting.key().tenant(), counting);
      done();
    }
  }

  private void store(Counting counting) {
    withBroadcast(
        counting,
        broadcast ->
            home.whenComplete(
                () -> log.counted(counting.key(), counting.users()),
                record -> {
                  record.ifPresent(onCounted);
                  done();
                },
                failure -> failed(counting, failure, () -> store(counting))));
  }

  // Asked before each step: another broadcast may have the name of one that was removed.
  private void withBroadcast(Counting counting, Consumer<Broadcast> step) {
    kept.apply(counting.position()).ifPresentOrElse(step, this::done);
  }

  private void failed(Counting counting, Throwable failure, Runnable again) {
    DamagedRecordException damage = DamagedRecordException.in(failure).orElse(null);
    if (damage == null) {
      var ignored = home.schedule(RETRY, again);
    } else {
      LOG.warn(
          "broadcast {} of tenant {} is not counted: {}",
          counting.key().id().value(),
          counting.key().tenant(),
          damage.getMessage());
      done();
    }
  }

  private void done() {
    isCounting = false;
    next();
  }
}
