package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Brings a thread into an order that every model API accepts. The first turn and the last are the
 * user's. Two turns of the user never follow each other. A turn of the model without calls is
 * followed by the user; one with calls is followed by one of the model. Blank texts are left out.
 * What was cut short says so in its text. Used by one thread.
 */
public final class Turns {

  private static final String FAILED = "[This answer failed before it was complete.]";
  private static final String CANCELLED = "[This answer was cancelled before it was complete.]";
  private static final String SILENT = "[This answer ended without a text.]";
  private static final String BEFORE = "[What was said before is not known.]";

  private final List<Turn> turns = new ArrayList<>();
  private final List<ContentPart> user = new ArrayList<>();
  private final StringBuilder text = new StringBuilder();
  private final List<History.PastToolCall> calls = new ArrayList<>();

  private final List<RawJson> notes = new ArrayList<>();
  private final Predicate<RawJson> takesNotes;

  private Turns(Predicate<RawJson> takesNotes) {
    this.takesNotes = takesNotes;
  }

  /** The thread so far without notes, and the message that the model is to answer now. */
  public static List<Turn> of(History history, List<ContentPart> input) {
    return withNotes(history, input, note -> false);
  }

  /**
   * The thread so far, and the message that the model is to answer now.
   *
   * @param takesNotes the notes that are of use; a message may have nothing else
   */
  public static List<Turn> withNotes(
      History history, List<ContentPart> input, Predicate<RawJson> takesNotes) {
    Turns turns = new Turns(takesNotes);
    for (History.Item item : history.items()) {
      if (item instanceof History.PastMessage message) {
        turns.message(ContentParts.read("message", message.content()));
      } else if (item instanceof History.PastAnswer answer) {
        turns.answer(answer);
      }
    }
    turns.endAnswer();
    turns.user.addAll(input);
    turns.endMessage();
    return turns.turns;
  }

  private void message(List<ContentPart> parts) {
    for (ContentPart part : parts) {
      if (!(part instanceof ContentPart.Text said) || !said.text().isBlank()) {
        endAnswer();
        user.add(known(part));
      }
    }
  }

  private static ContentPart known(ContentPart part) {
    return part instanceof ContentPart.Unknown unknown
        ? new ContentPart.Text("[A part is left out: " + unknown.problem() + "]")
        : part;
  }

  private void endMessage() {
    if (!user.isEmpty()) {
      turns.add(new Turn.User(user));
      user.clear();
    }
  }

  private void answer(History.PastAnswer answer) {
    boolean known = !text.isEmpty();
    for (History.AnswerPart part : answer.parts()) {
      if (part instanceof History.AnswerText said) {
        say(said.text(), known ? "\n\n" : "");
        known = false;
      } else if (part instanceof History.PastToolCall call) {
        calls.add(call);
      } else if (part instanceof History.PastNote note && takesNotes.test(note.value())) {
        note(note.value());
      }
    }
    if (answer.state() == RunState.CANCELLED) {
      say(CANCELLED, "\n\n");
    } else if (answer.state() != RunState.COMPLETED) {
      say(FAILED, "\n\n");
    }
  }

  private void note(RawJson note) {
    if (!calls.isEmpty()) {
      endTurn();
    }
    notes.add(note);
  }

  private void say(String said, String gap) {
    if (said.isBlank()) {
      return;
    }
    if (!calls.isEmpty()) {
      endTurn();
    }
    text.append(text.isEmpty() ? "" : gap).append(said);
  }

  private void endTurn() {
    if (text.isEmpty() && calls.isEmpty() && notes.isEmpty()) {
      return;
    }
    endMessage();
    if (turns.isEmpty()) {
      turns.add(new Turn.User(List.of(new ContentPart.Text(BEFORE))));
    }
    turns.add(new Turn.Assistant(text.toString(), calls, notes));
    text.setLength(0);
    calls.clear();
    notes.clear();
  }

  private void endAnswer() {
    if (!calls.isEmpty()) {
      endTurn();
      text.append(SILENT);
    }
    endTurn();
  }
}
