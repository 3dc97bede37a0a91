package dev.parley.gateway.user.read;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ServerSignal.GapReason;
import dev.parley.gateway.user.home.CommonRefusals;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.thread.ThreadState;
import dev.parley.gateway.user.thread.Threads;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * The commands that move cursors: subscribe and unsubscribe. Every method is called at the user's
 * home; {@code taken} runs once the connection's next command may be looked at.
 */
public final class Subscriptions {

  private final Home home;
  private final Threads threads;
  private final UserTier tier;
  private final InboxWatch inbox;

  public Subscriptions(Home home, Threads threads, UserTier tier, InboxWatch inbox) {
    this.home = home;
    this.threads = threads;
    this.tier = tier;
    this.inbox = inbox;
  }

  /** Moves cursors; moves none when the connection would read too many threads. */
  public void subscribe(Reader reader, ClientCommand.Subscribe command, Runnable taken) {
    home.check();
    if (!reader.hasRoomFor(command.threads().stream().map(Position::thread).toList())) {
      reader.reply(
          new ServerSignal.Rejected(command.id(), null, CommonRefusals.subscriptionsFull(tier)));
      taken.run();
      return;
    }
    subscribeFrom(0, reader, command, taken);
  }

  // One thread after the other, as each may have to be loaded first.
  private void subscribeFrom(
      int index, Reader reader, ClientCommand.Subscribe command, Runnable taken) {
    List<Position> positions = command.threads();
    if (index == positions.size()) {
      taken.run();
      return;
    }
    Position position = positions.get(index);
    Consumer<Throwable> onFailure =
        failure -> {
          answer(
              reader,
              index,
              new ServerSignal.Rejected(
                  command.id(), position.thread(), CommonRefusals.logSilent()));
          subscribeFrom(index + 1, reader, command, taken);
        };
    LongConsumer move =
        fromNow ->
            threads.with(
                position.thread(),
                thread -> {
                  moveTo(reader, command, index, thread, Math.min(fromNow, thread.head()));
                  subscribeFrom(index + 1, reader, command, taken);
                },
                onFailure);
    if (position.thread().isInbox() && position.after().isEmpty()) {
      inbox.whenAcknowledgedIsKnown(move, onFailure);
    } else {
      move.accept(Long.MAX_VALUE);
    }
  }

  /** A position without a cursor begins after {@code fromNow}. */
  private static void moveTo(
      Reader reader, ClientCommand.Subscribe command, int index, ThreadState thread, long fromNow) {
    Position position = command.threads().get(index);
    long fromOldest = thread.oldest() - 1;
    GapReason gap = position.gap(thread.epoch(), thread.oldest(), thread.head());
    long wanted = position.after().orElse(fromNow);
    long cursor = gap != null ? fromOldest : Math.max(wanted, fromOldest);
    answer(
        reader,
        index,
        new ServerSignal.Subscribed(
            command.id(), thread.id(), thread.epoch(), thread.oldest(), thread.head(), cursor));
    if (gap != null) {
      reader.signal(new ServerSignal.Gap(thread.id(), gap, thread.epoch(), thread.oldest()));
    }
    reader.subscribe(thread, cursor, Duration.ofMillis(command.rollupMillis()));
  }

  // The first frame is the one reply to the command; the others say more.
  private static void answer(Reader reader, int index, ServerSignal signal) {
    if (index == 0) {
      reader.reply(signal);
    } else {
      reader.signal(signal);
    }
  }

  /** Reads these threads no longer; those that are not read are passed over. */
  public void unsubscribe(Reader reader, ClientCommand.Unsubscribe command) {
    home.check();
    command.threads().forEach(reader::unsubscribe);
    reader.reply(ServerSignal.Accepted.plain(command.id()));
  }
}
