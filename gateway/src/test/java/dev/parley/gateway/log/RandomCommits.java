package dev.parley.gateway.log;

import static dev.parley.gateway.log.Commits.AGENT;
import static dev.parley.gateway.log.Commits.MESSAGE;

import dev.parley.gateway.log.Expectation.QueuePosition;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Random commits that often conflict: few users, threads, commands and runs. */
final class RandomCommits {

  static final List<UserId> USERS = List.of(new UserId("a:b", "c"), new UserId("a", "b:c"));

  private static final RunState[] ENDS = {RunState.COMPLETED, RunState.FAILED, RunState.CANCELLED};

  private final Random random;
  private final List<RunId> opened = new ArrayList<>();
  private final List<CommandId> queued = new ArrayList<>(List.of(new CommandId("c-never")));
  private int made;

  RandomCommits(Random random) {
    this.random = random;
    opened.add(new RunId("r_never"));
  }

  UserId user() {
    return USERS.get(random.nextInt(USERS.size()));
  }

  /** All threads that the user may have. */
  static List<ThreadKey> threads(UserId user) {
    return List.of(Commits.thread(user, "t0"), Commits.thread(user, "t1"));
  }

  ThreadKey thread() {
    return Commits.thread(user(), "t" + random.nextInt(2));
  }

  CommandStamp command() {
    return Commits.stamp("c" + random.nextInt(25), random.nextInt(4) == 0 ? 2 : 1);
  }

  Commit next() {
    CommandStamp command = random.nextInt(3) == 0 ? null : command();
    return switch (random.nextInt(8)) {
      case 0, 1 -> start(command);
      case 5, 6 -> queue(command());
      case 7 -> random.nextInt(3) == 0 ? takeBack() : startQueued();
      case 2 -> end(command);
      case 3 -> inRun(command);
      default -> commit(command, anything(), new RunChange.Unchanged());
    };
  }

  private Commit inRun(@Nullable CommandStamp command) {
    return switch (random.nextInt(3)) {
      case 0 -> Commits.title(thread(), command, "Title " + made++);
      case 1 -> Commits.say(thread(), recent(), "word " + made++);
      default -> commit(command, new Expectation.RunOpen(recent()), new RunChange.Unchanged());
    };
  }

  private Expectation anything() {
    return random.nextBoolean() ? new Expectation.Unconditional() : new Expectation.Idle();
  }

  private Commit start(@Nullable CommandStamp command) {
    RunChange opened = new RunChange.Opened(newRun(), AGENT, MESSAGE);
    return commit(command, new Expectation.Idle(), opened);
  }

  private Commit queue(CommandStamp command) {
    queued.add(command.id());
    NewEvent event = Commits.event("queued " + made++);
    QueuePosition place = random.nextInt(3) == 0 ? QueuePosition.FIRST : QueuePosition.LAST;
    boolean replaces = place == QueuePosition.FIRST && random.nextBoolean();
    Expectation expected =
        new Expectation.IdleElseQueue(
            3,
            place,
            List.of(event),
            replaces && random.nextInt(4) > 0,
            replaces ? Commits::takenBack : null);
    return commit(command, expected, new RunChange.Opened(newRun(), AGENT, MESSAGE));
  }

  private Commit startQueued() {
    RunChange opened = new RunChange.Opened(newRun(), AGENT, MESSAGE, waiting(), null);
    return commit(null, new Expectation.Idle(), opened);
  }

  private Commit takeBack() {
    return Commits.commit(
        thread(), null, new Expectation.Unconditional(), new RunChange.QueuedCancelled(waiting()));
  }

  /** A command that may be queued. */
  private CommandId waiting() {
    return queued.get(random.nextInt(queued.size()));
  }

  private RunId newRun() {
    RunId run = new RunId("r_" + made++);
    opened.add(run);
    return run;
  }

  private Commit end(@Nullable CommandStamp command) {
    RunId run = recent();
    RunChange ended = new RunChange.Ended(run, ENDS[random.nextInt(ENDS.length)]);
    return commit(command, new Expectation.RunOpen(run), ended);
  }

  private RunId recent() {
    int back = 1 + random.nextInt(Math.min(8, opened.size()));
    return opened.get(opened.size() - back);
  }

  private Commit commit(@Nullable CommandStamp command, Expectation expected, RunChange change) {
    String[] bodies = new String[1 + random.nextInt(3)];
    for (int i = 0; i < bodies.length; i++) {
      bodies[i] = "event " + made++ + " " + "x".repeat(random.nextInt(50));
    }
    return Commits.commit(thread(), command, expected, change, bodies);
  }
}
