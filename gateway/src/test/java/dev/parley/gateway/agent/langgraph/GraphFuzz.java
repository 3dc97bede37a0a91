package dev.parley.gateway.agent.langgraph;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.fuzz.AnswerTarget;
import dev.parley.gateway.fuzz.FuzzTarget;
import java.util.function.Consumer;

/** Runs of LangGraph agents: events, positions, and what is remembered of a run. */
public final class GraphFuzz {

  private GraphFuzz() {}

  public static FuzzTarget target() {
    return new AnswerTarget("graph", GraphFuzz.class, "run.sse", GraphFuzz::begin);
  }

  private static AnswerTarget.Reading begin(Consumer<AgentEvent> shown) {
    GraphMemory memory = new GraphMemory();
    GraphStream stream = new GraphStream(shown, memory);
    GraphPosition position = GraphPosition.begin(GraphPlay.THREAD);
    return new AnswerTarget.Reading() {
      @Override
      public boolean take(SseEvent event) throws UpstreamException {
        var json = ServiceJson.read(event.data());
        if (position.moveTo(event) && json.isPresent()) {
          stream.take(event.type(), json.get());
        }
        json.ifPresent(GraphPosition::parse);
        json.ifPresent(GraphMemory::parse);
        return false;
      }

      @Override
      public void end() {
        shown.accept(stream.end());
      }
    };
  }
}
