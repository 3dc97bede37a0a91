package dev.parley.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.log.Expectation.IdleElseQueue;
import dev.parley.gateway.log.Expectation.QueuePosition;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.UserId;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Commits for tests. */
public final class Commits {

  public static final UserId ADA = new UserId("default", "ada");
  public static final ThreadKey T1 = thread(ADA, "t1");
  public static final ThreadKey T2 = thread(ADA, "t2");
  public static final RunId R1 = new RunId("r_1");
  public static final RunId R2 = new RunId("r_2");
  public static final AgentName AGENT = new AgentName("builtin");
  public static final MessageId MESSAGE = new MessageId("m_1");

  private static final List<NewEvent> QUEUED = List.of(event("queued"));

  private Commits() {}

  public static ThreadKey thread(UserId user, String name) {
    return new ThreadKey(user, new ThreadId(name));
  }

  public static CommandStamp stamp(String id, long fingerprint) {
    return new CommandStamp(new CommandId(id), new Fingerprint(fingerprint, -fingerprint));
  }

  public static NewEvent event(String body) {
    return new NewEvent(EventType.MESSAGE_ADDED, false, body.getBytes(UTF_8));
  }

  /** An unconditional append. */
  public static Commit append(ThreadKey thread, String... bodies) {
    return commit(thread, null, new Expectation.Unconditional(), new RunChange.Unchanged(), bodies);
  }

  /** One event of a command. */
  public static Commit chat(ThreadKey thread, CommandStamp command) {
    return commit(
        thread, command, new Expectation.Unconditional(), new RunChange.Unchanged(), "chat");
  }

  /** Opens a run on an idle thread. */
  public static Commit start(ThreadKey thread, @Nullable CommandStamp command, RunId run) {
    RunChange opened = new RunChange.Opened(run, AGENT, MESSAGE);
    return commit(thread, command, new Expectation.Idle(), opened, "message", "started");
  }

  /** Events of a run. */
  public static Commit say(ThreadKey thread, RunId run, String... bodies) {
    List<NewEvent> events =
        Stream.of(bodies)
            .map(body -> new NewEvent(EventType.CUSTOM, false, body.getBytes(UTF_8)))
            .toList();
    return new Commit(
        thread, null, new Expectation.RunOpen(run), events, new RunChange.Unchanged());
  }

  /** A title that the user set. */
  public static Commit title(ThreadKey thread, @Nullable CommandStamp command, String title) {
    NewEvent titled =
        new NewEvent(EventType.THREAD_TITLED, false, title.getBytes(UTF_8), new Title(title));
    return new Commit(
        thread,
        command,
        new Expectation.Unconditional(),
        List.of(titled),
        new RunChange.Unchanged());
  }

  /** The end of a run. */
  public static Commit end(ThreadKey thread, RunId run) {
    RunChange ended = new RunChange.Ended(run, RunState.COMPLETED);
    return commit(thread, null, new Expectation.RunOpen(run), ended, "completed");
  }

  /** A run that starts now or is queued last, in a queue of at most {@code most} commands. */
  public static Commit startOrQueue(ThreadKey thread, CommandStamp command, RunId run, int most) {
    return startOrQueue(thread, command, run, new IdleElseQueue(most, QueuePosition.LAST, QUEUED));
  }

  /** A run that starts now or is queued first. */
  public static Commit startOrQueueFirst(ThreadKey thread, CommandStamp command, RunId run) {
    return startOrQueue(thread, command, run, new IdleElseQueue(8, QueuePosition.FIRST, QUEUED));
  }

  /** A run that starts now or is queued first, and replaces the replaceable queued commands. */
  public static Commit replace(
      ThreadKey thread, CommandStamp command, int most, boolean replaceable) {
    return startOrQueue(
        thread,
        command,
        new RunId("r_of_" + command.id()),
        new IdleElseQueue(most, QueuePosition.FIRST, QUEUED, replaceable, Commits::takenBack));
  }

  /** The event that is appended for a replaced command. */
  public static NewEvent takenBack(QueuedMessage queued) {
    return event("back " + queued.command());
  }

  private static Commit startOrQueue(
      ThreadKey thread, CommandStamp command, RunId run, Expectation expected) {
    return commit(
        thread, command, expected, new RunChange.Opened(run, AGENT, MESSAGE), "message", "started");
  }

  /** Opens the run of a queued command. */
  public static Commit startQueued(ThreadKey thread, CommandStamp waited, RunId run) {
    RunChange opened = new RunChange.Opened(run, AGENT, MESSAGE, waited.id(), null);
    NewEvent started = new NewEvent(EventType.AGENT_STARTED, false, "started".getBytes(UTF_8));
    return new Commit(thread, null, new Expectation.Idle(), List.of(started), opened);
  }

  /** Cancels a queued command. */
  public static Commit takeBack(ThreadKey thread, CommandStamp waited) {
    return commit(
        thread, null, new Expectation.Unconditional(), new RunChange.QueuedCancelled(waited.id()));
  }

  public static Commit commit(
      ThreadKey thread,
      @Nullable CommandStamp command,
      Expectation expectation,
      RunChange change,
      String... bodies) {
    List<NewEvent> events = Stream.of(bodies).map(Commits::event).toList();
    return new Commit(thread, command, expectation, events, change);
  }

  public static String text(NewEvent event) {
    return new String(event.body(), UTF_8);
  }

  /** The bodies of a page as texts. */
  public static List<String> bodies(EventPage page) {
    return page.events().stream().map(event -> new String(event.body(), UTF_8)).toList();
  }
}
