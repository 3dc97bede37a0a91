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
import java.util.OptionalLong;
import java.util.function.Consumer;

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
    Consumer<OptionalLong> move =
        acknowledged ->
            threads.with(
                position.thread(),
                thread -> {
                  moveTo(reader, command, index, thread, acknowledged);
                  subscribeFrom(index + 1, reader, command, taken);
                },
                onFailure);
    if (position.thread().isInbox()) {
      inbox.whenAcknowledgedIsKnown(seq -> move.accept(OptionalLong.of(seq)), onFailure);
    } else {
      move.accept(OptionalLong.empty());
    }
  }

  /**
   * A position without a cursor begins at the newest event, in the inbox after what is
   * acknowledged. With a cursor in the inbox that is told, before any event.
   */
  private static void moveTo(
      Reader reader,
      ClientCommand.Subscribe command,
      int index,
      ThreadState thread,
      OptionalLong acknowledged) {
    Position position = command.threads().get(index);
    long fromOldest = thread.oldest() - 1;
    long fromNow = Math.min(acknowledged.orElse(thread.head()), thread.head());
    GapReason gap = position.gap(thread.epoch(), thread.oldest(), thread.head());
    long wanted = position.after().orElse(fromNow);
    long cursor = gap != null ? fromOldest : Math.max(wanted, fromOldest);
    boolean isToldSeen = acknowledged.isPresent() && position.after().isPresent() && fromNow > 0;
    answer(
        reader,
        index,
        new ServerSignal.Subscribed(
            command.id(), thread.id(), thread.epoch(), thread.oldest(), thread.head(), cursor));
    if (gap != null) {
      reader.signal(new ServerSignal.Gap(thread.id(), gap, thread.epoch(), thread.oldest()));
    }
    if (isToldSeen) {
      reader.signal(new ServerSignal.Acknowledged(thread.id(), fromNow));
    }
    reader.subscribe(thread, cursor, Duration.ofMillis(command.rollupMillis()));
    if (isToldSeen) {
      reader.hasAcknowledged(thread.id(), fromNow);
    }
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
