package dev.parley.gateway.agent.langgraph;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentEvent.Thinking;
import dev.parley.gateway.agent.AgentEvent.ToolEnded;
import dev.parley.gateway.agent.AgentEvent.ToolStarted;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.protocol.Finish;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/** A whole run, cut at every byte and joined again, in this process and the next. */
@Test(groups = "unit", timeOut = 120_000)
public class GraphRecordingTest {

  private String recording = "";
  private int length;
  private List<AgentEvent> whole = List.of();

  @BeforeClass(alwaysRun = true)
  public void read() throws IOException {
    try (InputStream in = requireNonNull(getClass().getResourceAsStream("run.sse"))) {
      byte[] bytes = in.readAllBytes();
      length = bytes.length;
      recording = new String(bytes, StandardCharsets.UTF_8);
    }
    whole = List.copyOf(new GraphPlay().play(new PlayedGraph(recording), null).events);
  }

  private static final Subagent HELPER = new Subagent("tools:9f", "Helfer");

  private static RawJson json(String text) {
    return RawJson.of(text.replace('\'', '"'));
  }

  private static Thinking done(String node) {
    return new Thinking(ThinkingPhase.STEP, null, node, 1.0);
  }

  public void theWholeRunIsShown() {
    assertThat(whole)
        .containsExactly(
            Thinking.start(),
            Thinking.delta("Das Wetter …"),
            Thinking.delta(" also ein Werkzeug."),
            Thinking.end(),
            new AgentEvent.Message("Ich sehe "),
            new AgentEvent.Message("nach 👍🏽."),
            new ToolStarted("c1", "get_weather", json("{'city':'Oslo'}")),
            new ToolStarted("c2", "get_time", json("{}")),
            done("agent"),
            new AgentEvent.Custom("langgraph.custom", json("{'progress':0.5}")),
            Thinking.start().by(HELPER),
            Thinking.delta("Unter-Agent").by(HELPER),
            done("helper").by(HELPER),
            Thinking.end().by(HELPER),
            ToolEnded.ok("c1", json("{'celsius':21}")),
            ToolEnded.error("c2", "no clock"),
            done("tools"),
            new AgentEvent.Message("\n\nEs sind "),
            new AgentEvent.Message("21 °C"),
            new AgentEvent.Message("."),
            done("write"),
            new AgentEvent.Completed(
                Finish.STOP,
                json("{'input_tokens':10,'output_tokens':12,'total_tokens':22}"),
                null));
  }

  public void lostAnywhereItIsJoinedAndWhole() {
    for (int at = firstEvent(); at <= length; at++) {
      assertThat(cut(at, new PlayedGraph.StreamCut(at, PlayedGraph.lost())))
          .as("lost at %s", at)
          .isEqualTo(whole);
    }
  }

  public void endedAnywhereItIsJoinedAndWhole() {
    for (int at = firstEvent(); at <= length; at++) {
      assertThat(cut(at, new PlayedGraph.StreamCut(at, null)))
          .as("ended at %s", at)
          .isEqualTo(whole);
    }
  }

  private List<AgentEvent> cut(int at, PlayedGraph.StreamCut cut) {
    PlayedGraph graph = new PlayedGraph(recording);
    graph.cuts.add(cut);
    GraphPlay play = new GraphPlay().play(graph, null);
    assertThat(graph.lines()).as("cut at %s", at).noneMatch(line -> line.contains("cancel"));
    return play.events;
  }

  /** Before its first event is whole, a run has no name at the service. */
  private int firstEvent() {
    return recording.indexOf("\n\n") + 2;
  }

  public void afterEachCommitTheNextProcessShowsTheRest() {
    GraphPlay all = new GraphPlay().play(new PlayedGraph(recording), null);
    List<AgentEvent> before = new ArrayList<>();
    for (GraphPlay.Commit commit : all.commits) {
      before.addAll(commit.events());
      GraphPlay next =
          new GraphPlay().play(new PlayedGraph(recording), new Resumption(commit.checkpoint()));
      List<AgentEvent> together = new ArrayList<>(before);
      together.addAll(next.events);
      assertThat(together).as("after %s", commit).isEqualTo(whole);
    }
  }
}
