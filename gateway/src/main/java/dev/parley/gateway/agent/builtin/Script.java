package dev.parley.gateway.agent.builtin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Completed;
import dev.parley.gateway.agent.AgentEvent.Message;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.AgentEvent.Titled;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.agent.builtin.TaskOutcome.ToolCall;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The steps of one run. A task is performed when its first step is due, so that a task after a wait
 * sees the time after the wait. Used by one thread at a time.
 */
final class Script implements Iterator<Step> {

  private final Iterator<Task> tasks;
  private final @Nullable RawJson context;
  private final Duration pace;
  private final Clock clock;
  private final Deque<Step> steps = new ArrayDeque<>();
  private final List<String> answers = new ArrayList<>();
  private int calls;
  private boolean spoken;
  private boolean completed;

  Script(UserQuestion question, @Nullable RawJson context, Duration pace, Clock clock) {
    Plan plan = Plan.of(question);
    this.tasks = plan.tasks().iterator();
    this.context = context;
    this.pace = pace;
    this.clock = clock;
    think(plan);
    question.name().ifPresent(name -> say(TaskOutcome.words("Hello, " + name + ".")));
  }

  @Override
  public boolean hasNext() {
    return !steps.isEmpty() || !completed;
  }

  @Override
  public Step next() {
    if (steps.isEmpty() && !completed) {
      if (tasks.hasNext()) {
        perform(tasks.next());
      } else {
        complete();
      }
    }
    Step step = steps.poll();
    if (step == null) {
      throw new NoSuchElementException();
    }
    return step;
  }

  private void think(Plan plan) {
    steps.add(new Step(Duration.ZERO, Thinking.start()));
    plan.thoughts().forEach(thought -> add(Thinking.delta(thought)));
    plan.tasks().forEach(task -> add(Thinking.step(task.plan())));
    add(Thinking.end());
  }

  private void perform(Task task) {
    TaskOutcome outcome = task.perform(clock);
    if (outcome.call() != null) {
      call(outcome.call());
    }
    if (outcome.title() != null) {
      add(new Titled(outcome.title()));
    }
    answers.add(outcome.answer());
    say(outcome.deltas());
  }

  private void call(ToolCall call) {
    String id = "call-" + ++calls;
    add(new ToolStarted(id, call.tool(), call.arguments()));
    RawJson result = call.result();
    AgentEvent end =
        result != null
            ? ToolEnded.ok(id, result)
            : ToolEnded.error(id, call.error() == null ? "failed" : call.error());
    steps.add(new Step(call.takes().isZero() ? pace : call.takes(), end));
  }

  /** Starts a new line after earlier text. */
  private void say(List<String> deltas) {
    String lineEnd = spoken ? "\n" : "";
    for (int i = 0; i < deltas.size(); i++) {
      add(new Message(i == 0 ? lineEnd + deltas.get(i) : deltas.get(i)));
    }
    spoken = true;
  }

  private void complete() {
    completed = true;
    steps.add(new Step(Duration.ZERO, new Completed(Finish.STOP, null, result())));
  }

  /** The answers, and the context byte for byte as it came. */
  private RawJson result() {
    ObjectNode result = ToolJson.object();
    answers.forEach(result.putArray("answers")::add);
    String json = result.toString();
    return RawJson.of(
        context == null
            ? json
            : json.substring(0, json.length() - 1) + ",\"context\":" + context + "}");
  }

  private void add(AgentEvent event) {
    steps.add(new Step(pace, event));
  }
}
