package dev.parley.gateway.user;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ServerSignal.GapReason;
import dev.parley.gateway.protocol.ThreadId;
import java.time.Duration;
import java.util.List;

/**
 * Where connections read: subscribe and unsubscribe. Every method is called at the user's home;
 * {@code taken} as in {@link Commands}.
 */
public final class Subscriptions {

  private final UserContext context;

  Subscriptions(UserContext context) {
    this.context = context;
  }

  /** Moves cursors; nothing is moved when the connection would have too many. */
  public void subscribe(Reader reader, ClientCommand.Subscribe command, Runnable taken) {
    context.home().check();
    if (!reader.hasRoomFor(command.threads().stream().map(Position::thread).toList())) {
      reader.reply(
          new ServerSignal.Rejected(
              command.id(), null, Commands.subscriptionsFull(context.tier())));
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
    context.withThread(
        positions.get(index).thread(),
        thread -> {
          moveTo(reader, command, index, thread);
          subscribeFrom(index + 1, reader, command, taken);
        },
        () -> {
          ThreadId thread = positions.get(index).thread();
          answer(
              reader, index, new ServerSignal.Rejected(command.id(), thread, Commands.logSilent()));
          subscribeFrom(index + 1, reader, command, taken);
        });
  }

  private static void moveTo(
      Reader reader, ClientCommand.Subscribe command, int index, ThreadState thread) {
    Position position = command.threads().get(index);
    long fromOldest = thread.oldest() - 1;
    GapReason gap = position.gap(thread.epoch(), thread.oldest(), thread.head());
    long wanted = position.after().orElse(thread.head());
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

  /** Reads these threads no longer; what is not read is not missed. */
  public void unsubscribe(Reader reader, ClientCommand.Unsubscribe command) {
    context.home().check();
    command.threads().forEach(reader::unsubscribe);
    reader.reply(ServerSignal.Accepted.plain(command.id()));
  }
}
