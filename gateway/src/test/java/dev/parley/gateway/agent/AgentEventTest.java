package dev.parley.gateway.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.parley.gateway.codec.Subtypes;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class AgentEventTest {

  private static final RawJson JSON = RawJson.of("{}");

  private static final List<AgentEvent> SAMPLES =
      List.of(
          AgentEvent.Thinking.start(),
          new AgentEvent.Message("x"),
          new AgentEvent.ToolStarted("k", "t", JSON),
          AgentEvent.ToolEnded.ok("k", JSON),
          new AgentEvent.Titled("Sums"),
          new AgentEvent.State(false, JSON),
          new AgentEvent.Custom("n", JSON),
          AgentEvent.Completed.stop(),
          new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "x", true),
          new AgentEvent.Note(JSON));

  private static final class SilentAgent implements Agent {
    @Override
    public String description() {
      return "Does nothing.";
    }

    @Override
    public CompletionStage<Void> run(AgentRequest request, AgentSink sink) {
      return CompletableFuture.completedStage(null);
    }
  }

  public void eachTypeHasASample() {
    assertThat(SAMPLES)
        .extracting(Object::getClass)
        .containsExactlyInAnyOrderElementsOf(Subtypes.of(AgentEvent.class));
  }

  public void eachTypeCallsAMethodOfItsOwnWithItself() {
    List<String> called = new ArrayList<>();
    AgentEvent.Handler handler =
        (AgentEvent.Handler)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {AgentEvent.Handler.class},
                (proxy, method, arguments) -> {
                  assertThat(arguments[0].getClass()).isEqualTo(method.getParameterTypes()[0]);
                  called.add(method.getName());
                  return null;
                });
    SAMPLES.forEach(event -> event.dispatch(handler));
    assertThat(called).doesNotHaveDuplicates().hasSize(SAMPLES.size());
  }

  /** An agent may be compiled without null checks. */
  @SuppressWarnings("NullAway")
  public void whatIsMissingIsRefusedInTheAgent() {
    assertThatNullPointerException().isThrownBy(() -> new AgentEvent.Message(null));
    assertThatNullPointerException().isThrownBy(() -> new AgentEvent.ToolStarted("k", null, JSON));
    assertThatNullPointerException().isThrownBy(() -> AgentEvent.ToolEnded.ok(null, JSON));
    assertThatNullPointerException()
        .isThrownBy(() -> new AgentEvent.ToolEnded("k", null, null, null));
    assertThatNullPointerException().isThrownBy(() -> new AgentEvent.State(true, null));
    assertThatNullPointerException().isThrownBy(() -> new AgentEvent.Custom(null, JSON));
    assertThatNullPointerException().isThrownBy(() -> new AgentEvent.Note(null));
    assertThatNullPointerException().isThrownBy(() -> new AgentEvent.Completed(null, null, null));
    assertThatNullPointerException().isThrownBy(() -> new AgentEvent.Failed(null, "x", true));
    assertThatNullPointerException()
        .isThrownBy(() -> new AgentEvent.Thinking(null, null, null, null));
  }

  public void agentsAreFoundByNameAndNamedInOrder() {
    Agent one = new SilentAgent();
    Agent two = new SilentAgent();
    Agents agents = new Agents(Map.of(new AgentName("b"), one, new AgentName("a"), two));
    assertThat(agents.find(new AgentName("a"))).containsSame(two);
    assertThat(agents.find(new AgentName("c"))).isEmpty();
    assertThat(agents.names()).isEqualTo("a, b");
  }
}
