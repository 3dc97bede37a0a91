package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.Cancellation;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.protocol.ConversationId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.List;

/** A run without a gateway, which a test ends. */
final class TestRun implements Cancellation {

  private final List<Runnable> actions = new ArrayList<>();
  private final UserId user;
  private final RunId run;
  private boolean cancelled;

  TestRun(String user, String run) {
    this("acme", user, run);
  }

  TestRun(String tenant, String user, String run) {
    this.user = new UserId(tenant, user);
    this.run = new RunId("r_" + run);
  }

  AgentRequest request() {
    return new AgentRequest(
        user,
        new ThreadId("t"),
        run,
        new ConversationId("c"),
        RawJson.of("\"hi\""),
        null,
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        HistorySource.NONE,
        null,
        this);
  }

  void end() {
    List<Runnable> due;
    synchronized (this) {
      cancelled = true;
      due = List.copyOf(actions);
    }
    due.forEach(Runnable::run);
  }

  @Override
  public synchronized boolean isCancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }
}
