package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** The state of a thread comes back to its agent with the next request. */
@Test(groups = "unit")
public class AguiStateTest {

  private static String snapshot(String json) {
    return "{'type':'STATE_SNAPSHOT','snapshot':" + json + "}";
  }

  private static String delta(String operations) {
    return "{'type':'STATE_DELTA','delta':[" + operations + "]}";
  }

  private static AguiPlay run(History history, String... events) {
    return AguiPlay.begin(history)
        .take(AguiPlay.started())
        .take(events)
        .take(AguiPlay.finished(""));
  }

  /** What the next run is told. */
  private static History after(AguiPlay... runs) {
    List<History.Item> items = new ArrayList<>();
    for (AguiPlay run : runs) {
      List<History.AnswerPart> parts = new ArrayList<>();
      for (AgentEvent event : run.shown) {
        if (event instanceof AgentEvent.Note note) {
          parts.add(new History.PastNote(note.value()));
        }
      }
      items.add(new History.PastMessage(RawJson.of("\"hi\"")));
      items.add(
          new History.PastAnswer(
              new RunId("r_" + items.size()), new AgentName("helper"), RunState.COMPLETED, parts));
    }
    return new History(items, false);
  }

  private static String told(History history) throws UpstreamException {
    String body =
        AguiPlay.dialect("{}")
            .begin(AguiPlay.request("\"hi\"", null), history)
            .nextCall(List.of())
            .body()
            .toString();
    return AguiJson.event(body).orElseThrow().get("state").toString().replace('"', '\'');
  }

  public void theNewestStateIsTold() throws UpstreamException {
    AguiPlay one = run(History.EMPTY, snapshot("{'a':1.50}"), snapshot("{'a':2.50,'b':[]}"));
    assertThat(told(after(one))).isEqualTo("{'a':2.50,'b':[]}");
    AguiPlay two = run(after(one), delta("{'op':'add','path':'/b/-','value':'é'}"));
    assertThat(told(after(one, two))).isEqualTo("{'a':2.50,'b':['é']}");
    AguiPlay three = run(after(one, two), AguiPlay.text("m", "Hi"));
    assertThat(told(after(three))).isEqualTo("{'a':2.50,'b':['é']}");
    AguiPlay four = run(after(three), snapshot("{}"));
    assertThat(told(after(three, four))).isEqualTo("{}");
  }

  public void aThreadWithoutAStateHasNoNote() {
    assertThat(run(History.EMPTY, AguiPlay.text("m", "Hi")).shown)
        .noneMatch(AgentEvent.Note.class::isInstance);
  }

  public void theFirstPatchIsOneOfAnEmptyState() throws UpstreamException {
    assertThat(told(after(run(History.EMPTY, delta("{'op':'add','path':'/a','value':1}")))))
        .isEqualTo("{'a':1}");
  }

  public void aWrongPatchLeavesTheStateAsItWas() throws UpstreamException {
    AguiPlay play =
        run(
            History.EMPTY,
            snapshot("{'a':1}"),
            delta("{'op':'remove','path':'/a'},{'op':'remove','path':'/x'}"),
            "{'type':'STATE_DELTA','delta':7}",
            "{'type':'STATE_DELTA'}",
            delta("{'op':'add','path':'/b','value':2}"));
    assertThat(play.end()).isInstanceOf(AgentEvent.Completed.class);
    assertThat(told(after(play))).isEqualTo("{'a':1,'b':2}");
  }

  public void aStateThatIsTooLargeIsForgotten() throws UpstreamException {
    String half = "'" + "x".repeat(AguiState.MAX_BYTES / 2) + "'";
    AguiPlay kept = run(History.EMPTY, snapshot("{'a':" + half + "}"));
    assertThat(told(after(kept))).hasSizeGreaterThan(AguiState.MAX_BYTES / 2);
    AguiPlay grown = run(after(kept), delta("{'op':'copy','from':'/a','path':'/b'}"));
    assertThat(grown.end()).isInstanceOf(AgentEvent.Completed.class);
    assertThat(told(after(kept, grown))).isEqualTo("{}");
    AguiPlay large = run(after(kept), snapshot("[" + half + "," + half + "]"), delta("{'op':'x'}"));
    assertThat(told(after(kept, large))).isEqualTo("{}");
    String umlauts = "'" + "ü".repeat(AguiState.MAX_BYTES / 2) + "'";
    assertThat(told(after(run(after(kept), snapshot(umlauts))))).isEqualTo("{}");
  }

  public void aStateThatCannotBeStoredIsForgotten() throws UpstreamException {
    String deep = "[".repeat(63) + "]".repeat(63);
    AguiPlay play = run(History.EMPTY, snapshot("{'a':1}"), snapshot(deep));
    assertThat(told(after(play))).isEqualTo("{}");
    String almost = "[".repeat(62) + "]".repeat(62);
    assertThat(told(after(run(History.EMPTY, snapshot(almost))))).isEqualTo(almost);
  }

  public void noStateIsAnEmptyOne() throws UpstreamException {
    for (String none : List.of(snapshot("null"), "{'type':'STATE_SNAPSHOT'}")) {
      AguiPlay play = run(after(run(History.EMPTY, snapshot("{'a':1}"))), none);
      assertThat(told(after(play))).isEqualTo("{}");
    }
  }

  public void aRunThatFailsKeepsItsStateToo() throws UpstreamException {
    AguiPlay play =
        AguiPlay.begin()
            .take(AguiPlay.started(), snapshot("{'a':1}"), "{'type':'RUN_ERROR','message':'x'}");
    assertThat(play.end()).isInstanceOf(AgentEvent.Failed.class);
    assertThat(told(after(play))).isEqualTo("{'a':1}");
  }

  public void theNoteOfAnotherServiceIsNotTold() throws UpstreamException {
    History other =
        new History(
            List.of(
                new History.PastAnswer(
                    new RunId("r_1"),
                    new AgentName("helper"),
                    RunState.COMPLETED,
                    List.of(
                        new History.PastNote(
                            RawJson.of(
                                AguiPlay.json(
                                    "{'service':'other.example','model':'','state':{'a':1}}")))))),
            false);
    assertThat(told(other)).isEqualTo("{}");
  }
}
