package dev.parley.gateway.user;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.AgentSink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** An agent that does what the test says, when it says so. */
public final class ScriptedAgent implements Agent {

  /** One run as the agent sees it. */
  public static final class Job {
    public final AgentRequest request;
    public final AgentSink sink;
    public final CompletableFuture<Void> left = new CompletableFuture<>();

    Job(AgentRequest request, AgentSink sink) {
      this.request = request;
      this.sink = sink;
    }

    /** Says that this happened. */
    public CompletionStage<Void> emit(AgentEvent event) {
      return sink.emit(event);
    }

    /** Says a piece of the answer. */
    public CompletionStage<Void> say(String text) {
      return emit(new AgentEvent.Message(text));
    }

    /** Ends well and lets go. */
    public void complete() {
      var ignored = emit(AgentEvent.Completed.stop());
      left.complete(null);
    }
  }

  /** Whether its work has stopped for certain when it has let go of a cancelled run. */
  public boolean confirmsCancel = true;

  /** Whether its runs go on after a restart. */
  public boolean isResumable;

  private final List<Job> jobs = new ArrayList<>();

  @Override
  public String description() {
    return "Does what the test says.";
  }

  @Override
  public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
    Job job = new Job(request, sink);
    jobs.add(job);
    return job.left;
  }

  @Override
  public boolean confirmsCancel() {
    return confirmsCancel;
  }

  @Override
  public boolean isResumable() {
    return isResumable;
  }

  /** The newest run. */
  public Job job() {
    return jobs.get(jobs.size() - 1);
  }

  public List<Job> jobs() {
    return jobs;
  }
}
