package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ServerEvent;
import java.util.List;
import org.testng.annotations.Test;

/** What a run may hold, whatever its agent does. */
@Test(groups = "unit")
public class RunBoundsTest {

  private static final RawJson NOTHING = RawJson.of("{}");

  private final RunGrammar grammar = new RunGrammar(new MessageId("m_1"), repair -> {});

  private List<ServerEvent> start(int tool) {
    return grammar.take(new ToolStarted("call-" + tool, "tool", NOTHING), 0);
  }

  public void oneToolTooManyClosesAllAndFailsTheRun() {
    for (int i = 0; i < RunGrammar.MAX_OPEN_TOOLS; i++) {
      start(i);
    }
    var ignored = grammar.take(ToolEnded.ok("call-0", NOTHING), 0);
    assertThat(start(RunGrammar.MAX_OPEN_TOOLS)).hasSize(1);
    List<ServerEvent> end = start(RunGrammar.MAX_OPEN_TOOLS + 1);
    assertThat(end).hasSize(RunGrammar.MAX_OPEN_TOOLS + 1);
    assertThat(end.get(end.size() - 1))
        .isInstanceOfSatisfying(
            ServerEvent.AgentFailed.class,
            failed -> assertThat(failed.code()).isEqualTo(ErrorCode.UPSTREAM_PROTOCOL));
    assertThat(grammar.hasEnded()).isTrue();
  }
}
