package dev.parley.gateway.user;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.Title;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.read.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One connection of a test: gives commands at home, and lets everything settle after each. */
public final class Peer {

  private final UserRig rig;
  public final UserContext context;
  public final Reader reader;
  public final RecordingSubscriber seen;
  private int subscribes;

  /**
   * For how many milliseconds deltas may wait to be merged in threads subscribed to from now on.
   */
  public int rollup;

  public Peer(UserRig rig, UserContext context, Reader reader, RecordingSubscriber seen) {
    this.rig = rig;
    this.context = context;
    this.reader = reader;
    this.seen = seen;
  }

  /** From now on asks for so many bytes, again and again. */
  public void readOn(int bytes) {
    seen.onAnswer(() -> rig.home.execute(() -> reader.ask(bytes)));
    reader.ask(bytes);
  }

  /** Asks once. */
  public void askOnce(int bytes) {
    seen.onAnswer(() -> {});
    reader.ask(bytes);
    rig.settle();
  }

  public static ClientCommand.Chat chatCommand(String id, String thread, String text) {
    RawJson content = RawJson.of('"' + text + '"');
    return new ClientCommand.Chat(new CommandId(id), new ThreadId(thread), content, null);
  }

  public static ClientCommand.StartAgent startCommand(String id, String thread, String agent) {
    return startCommand(id, thread, agent, WhenBusy.REJECT);
  }

  public static ClientCommand.StartAgent startCommand(
      String id, String thread, String agent, WhenBusy whenBusy) {
    return startCommand(id, thread, agent, whenBusy, false);
  }

  public static ClientCommand.StartAgent startCommand(
      String id, String thread, String agent, WhenBusy whenBusy, boolean keep) {
    return new ClientCommand.StartAgent(
        new CommandId(id),
        new ThreadId(thread),
        new AgentName(agent),
        RawJson.checked("\"go\"".getBytes(StandardCharsets.UTF_8)),
        null,
        whenBusy,
        keep,
        null);
  }

  public void chat(String id, String thread, String text) {
    context.commands().chat(reader, chatCommand(id, thread, text), 0, TraceSpan.NONE, () -> {});
    rig.settle();
  }

  public void setTitle(String id, String thread, String title) {
    ClientCommand.SetTitle command =
        new ClientCommand.SetTitle(new CommandId(id), new ThreadId(thread), new Title(title), null);
    context.commands().setTitle(reader, command, 0, TraceSpan.NONE, () -> {});
    rig.settle();
  }

  /** Chats so many times, the commands named after the thread. */
  public void chats(String thread, int times) {
    for (int i = 1; i <= times; i++) {
      context
          .commands()
          .chat(
              reader, chatCommand(thread + "-" + i, thread, "n" + i), 0, TraceSpan.NONE, () -> {});
      rig.settle();
      rig.pass(Duration.ofSeconds(1));
    }
  }

  public void start(String id, String thread) {
    start(id, thread, "builtin");
  }

  public void start(String id, String thread, String agent) {
    context
        .commands()
        .startAgent(reader, startCommand(id, thread, agent), 0, TraceSpan.NONE, () -> {});
    rig.settle();
  }

  /** Starts the agent, or queues the message. */
  public void queue(String id, String thread) {
    start(id, thread, WhenBusy.QUEUE);
  }

  /** Starts the agent instead of the run that is open. */
  public void replace(String id, String thread) {
    start(id, thread, WhenBusy.REPLACE);
  }

  /** The same, and stays queued when the next one replaces. */
  public void replaceAndKeep(String id, String thread) {
    ClientCommand.StartAgent command = startCommand(id, thread, "builtin", WhenBusy.REPLACE, true);
    context.commands().startAgent(reader, command, 0, TraceSpan.NONE, () -> {});
    rig.settle();
  }

  public void start(String id, String thread, WhenBusy whenBusy) {
    start(id, thread, whenBusy, "builtin");
  }

  public void start(String id, String thread, WhenBusy whenBusy, String agent) {
    ClientCommand.StartAgent command = startCommand(id, thread, agent, whenBusy);
    context.commands().startAgent(reader, command, 0, TraceSpan.NONE, () -> {});
    rig.settle();
  }

  /** Asks the agent this, or queues it. */
  public void ask(String id, String thread, String text, WhenBusy whenBusy) {
    ClientCommand.StartAgent command =
        new ClientCommand.StartAgent(
            new CommandId(id),
            new ThreadId(thread),
            new AgentName("builtin"),
            RawJson.checked(('"' + text + '"').getBytes(StandardCharsets.UTF_8)),
            null,
            whenBusy,
            false,
            null);
    context.commands().startAgent(reader, command, 0, TraceSpan.NONE, () -> {});
    rig.settle();
  }

  public void userMessage(String id, String thread, @Nullable String agent) {
    AgentName name = agent == null ? null : new AgentName(agent);
    RawJson content = RawJson.of("\"hi\"");
    ClientCommand.UserMessage command =
        new ClientCommand.UserMessage(
            new CommandId(id), new ThreadId(thread), content, name, WhenBusy.REJECT, false, null);
    context.commands().userMessage(reader, command, 0, TraceSpan.NONE, () -> {});
    rig.settle();
  }

  public void cancelRun(String id, String run) {
    cancel(new ClientCommand.CancelRun(new CommandId(id), new RunId(run), null, null, null));
  }

  public void cancelCommand(String id, String command) {
    cancel(
        new ClientCommand.CancelRun(new CommandId(id), null, new CommandId(command), null, null));
  }

  private void cancel(ClientCommand.CancelRun command) {
    context.commands().cancelRun(reader, command, TraceSpan.NONE);
    rig.settle();
  }

  /** Subscribes after this seq of the thread's present life. */
  public void subscribe(String thread, long after) {
    ThreadId id = new ThreadId(thread);
    Epoch epoch = epochOf(id);
    subscribe(List.of(new Position(id, OptionalLong.of(after), epoch)));
  }

  /** Subscribes from now. */
  public void subscribeFromNow(String thread) {
    subscribe(List.of(new Position(new ThreadId(thread), OptionalLong.empty(), null)));
  }

  public void subscribe(List<Position> positions) {
    submitSubscribe(positions);
    rig.settle();
  }

  /** Subscribes and lets nothing settle. */
  public void submitSubscribe(List<Position> positions) {
    CommandId id = new CommandId("s" + ++subscribes);
    context
        .subscriptions()
        .subscribe(reader, new ClientCommand.Subscribe(id, positions, rollup), () -> {});
  }

  /** Subscribes to all these from the oldest. */
  public void subscribeAll(List<String> threads) {
    List<Position> positions = new ArrayList<>();
    threads.forEach(id -> positions.add(new Position(new ThreadId(id), OptionalLong.of(0), null)));
    subscribe(positions);
  }

  public void unsubscribe(String thread) {
    ClientCommand.Unsubscribe command =
        new ClientCommand.Unsubscribe(new CommandId("u-" + thread), List.of(new ThreadId(thread)));
    context.subscriptions().unsubscribe(reader, command);
    rig.settle();
  }

  /** The epoch that the store gives the thread. */
  public Epoch epochOf(ThreadId thread) {
    return headOf(thread).epoch();
  }

  /** The head that the store has of the thread. */
  public ThreadHead headOf(ThreadId thread) {
    return rig.log.headNow(new ThreadKey(context.user(), thread));
  }

  /** The id of the run that this command started. */
  public String runOf(String command) {
    return answerTo(command).path("run_id").asText();
  }

  public JsonNode answerTo(String command) {
    return seen.answerTo(command);
  }

  public void close() {
    reader.detach();
    rig.settle();
  }
}
