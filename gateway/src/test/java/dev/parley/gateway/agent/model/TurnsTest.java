package dev.parley.gateway.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ToolStatus;
import java.util.List;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TurnsTest {

  private static final History.PastToolCall CALL =
      new History.PastToolCall(
          "c1", "clock", RawJson.of("{}"), ToolStatus.OK, RawJson.of("\"noon\""), null);
  private static final List<ContentPart> NOW = List.of(new ContentPart.Text("now"));

  public void oneMessageIsOneTurn() {
    assertThat(Turns.of(History.EMPTY, NOW)).containsExactly(new Turn.User(NOW));
  }

  public void anAnswerStandsBetweenTheMessages() {
    assertThat(turns(said("hi"), answer(RunState.COMPLETED, new History.AnswerText("hello"))))
        .containsExactly(user("hi"), assistant("hello"), user("now"));
  }

  public void messagesInARowAreOneTurn() {
    assertThat(turns(said("a"), said("b"))).containsExactly(user("a", "b", "now"));
  }

  public void callsBetweenTextsEndATurn() {
    History.Item answer =
        answer(
            RunState.COMPLETED,
            new History.AnswerText("wait"),
            CALL,
            CALL,
            new History.AnswerText("noon"));
    assertThat(turns(said("time?"), answer))
        .containsExactly(
            user("time?"),
            new Turn.Assistant("wait", List.of(CALL, CALL)),
            assistant("noon"),
            user("now"));
  }

  public void callsWithoutATextAfterThemGetOne() {
    assertThat(turns(said("time?"), answer(RunState.COMPLETED, CALL)))
        .containsExactly(
            user("time?"),
            new Turn.Assistant("", List.of(CALL)),
            assistant("[This answer ended without a text.]"),
            user("now"));
  }

  public void whatWasCutShortSaysSo() {
    History.Item cancelled = answer(RunState.CANCELLED, new History.AnswerText("well"));
    History.Item failed = answer(RunState.FAILED);
    assertThat(turns(said("a"), cancelled, said("b"), failed))
        .containsExactly(
            user("a"),
            assistant("well\n\n[This answer was cancelled before it was complete.]"),
            user("b"),
            assistant("[This answer failed before it was complete.]"),
            user("now"));
  }

  public void anAnswerWithoutItsMessageComesAfterAMark() {
    assertThat(turns(answer(RunState.COMPLETED, new History.AnswerText("hello"))))
        .containsExactly(
            user("[What was said before is not known.]"), assistant("hello"), user("now"));
  }

  public void blankTextsAreLeftOut() {
    assertThat(turns(said(" "), answer(RunState.COMPLETED, new History.AnswerText("")), said("")))
        .containsExactly(user("now"));
  }

  public void answersInARowAreOneTurn() {
    History.Item first =
        answer(RunState.COMPLETED, new History.AnswerText("a"), new History.AnswerText("b"));
    History.Item second = answer(RunState.COMPLETED, new History.AnswerText("c"));
    assertThat(turns(said("q"), first, second))
        .containsExactly(user("q"), assistant("ab\n\nc"), user("now"));
  }

  public void aPartThatIsNotKnownIsNamedInTheText() {
    History.Item message = new History.PastMessage(RawJson.of("[{\"type\":\"audio\"}]"));
    assertThat(turns(message))
        .containsExactly(
            user(
                "[A part is left out: message[0].type: audio (expected: text, image or file)]",
                "now"));
  }

  public void anyHistoryKeepsTheOrderOfTurns() {
    RandomHistories histories = new RandomHistories(7);
    IntStream.range(0, 20_000).forEach(i -> assertOrder(Turns.of(histories.next(), NOW)));
    IntStream.range(0, 20_000)
        .forEach(i -> assertOrder(Turns.withNotes(histories.next(), NOW, note -> true)));
  }

  public void notesStandBeforeTheCallsThatFollowThem() {
    History.PastNote note = new History.PastNote(RawJson.of("1"));
    History.PastNote other = new History.PastNote(RawJson.of("2"));
    History history =
        new History(
            List.of(
                said("go"),
                answer(
                    RunState.COMPLETED,
                    new History.AnswerText("a"),
                    note,
                    CALL,
                    note,
                    CALL,
                    other,
                    note)),
            false);
    assertThat(Turns.withNotes(history, NOW, each -> each.equals(note.value())))
        .containsExactly(
            user("go"),
            new Turn.Assistant("a", List.of(CALL), List.of(note.value())),
            new Turn.Assistant("", List.of(CALL), List.of(note.value())),
            new Turn.Assistant("", List.of(), List.of(note.value())),
            new Turn.User(NOW));
    assertThat(Turns.of(history, NOW))
        .isEqualTo(
            turns(said("go"), answer(RunState.COMPLETED, new History.AnswerText("a"), CALL, CALL)));
  }

  private static void assertOrder(List<Turn> turns) {
    assertThat(turns.get(0)).isInstanceOf(Turn.User.class);
    assertThat(turns.get(turns.size() - 1)).isInstanceOf(Turn.User.class);
    for (int i = 0; i < turns.size() - 1; i++) {
      boolean hasCalls = turns.get(i) instanceof Turn.Assistant said && !said.calls().isEmpty();
      boolean isUsers = turns.get(i) instanceof Turn.User;
      assertThat(turns.get(i + 1) instanceof Turn.Assistant)
          .as("after turn %s of %s", i, turns)
          .isEqualTo(isUsers || hasCalls);
      if (turns.get(i) instanceof Turn.Assistant said && said.calls().isEmpty()) {
        assertThat(said.text().isBlank() && said.notes().isEmpty()).isFalse();
      }
    }
  }

  private static List<Turn> turns(History.Item... items) {
    return Turns.of(new History(List.of(items), false), NOW);
  }

  private static History.PastMessage said(String text) {
    return new History.PastMessage(RawJson.of(RawMembers.quoted(text)));
  }

  private static History.PastAnswer answer(RunState state, History.AnswerPart... parts) {
    return new History.PastAnswer(
        new RunId("r_XvlAJ3SJ6WdYcFVZBIpt"), new AgentName("model"), state, List.of(parts));
  }

  private static Turn.User user(String... texts) {
    return new Turn.User(List.of(texts).stream().<ContentPart>map(ContentPart.Text::new).toList());
  }

  private static Turn.Assistant assistant(String text) {
    return new Turn.Assistant(text, List.of());
  }
}
