package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come, as the log keeps it while the run is open ({@code SavedRun.checkpoint}).
 * A text that ended within a surrogate pair is stored without the half; the half is kept here.
 *
 * @param checkpoint what the agent gave
 * @param answerHalf the first half of a pair at the end of the answer
 * @param thoughtHalf the same of a thought
 * @param thinker the sub-agent whose thought that is; absent for the agent itself
 * @param notes those that wait for an event that they can be stored with, in order
 * @param notesBefore how many notes the run had before these
 */
public record SavedCheckpoint(
    RawJson checkpoint,
    @Nullable Character answerHalf,
    @Nullable Character thoughtHalf,
    @Nullable Subagent thinker,
    List<RawJson> notes,
    long notesBefore) {

  private static final String CHECKPOINT = "checkpoint";
  private static final String ANSWER = "answer_half";
  private static final String THOUGHT = "thought_half";
  private static final String THINKER = "thinker";
  private static final String NOTES = "notes";
  private static final String NOTES_BEFORE = "notes_before";

  public SavedCheckpoint {
    notes = List.copyOf(notes);
  }

  /** The checkpoint as JSON. */
  public RawJson toJson() {
    return RawJson.checked(
        JsonOut.object(
            out -> {
              out.raw(CHECKPOINT, checkpoint);
              out.optionalNumber(ANSWER, number(answerHalf));
              out.optionalNumber(THOUGHT, number(thoughtHalf));
              out.object(THINKER, thinker == null ? null : thinker::write);
              if (!notes.isEmpty()) {
                out.rawList(NOTES, notes);
                out.number(NOTES_BEFORE, notesBefore);
              }
            }));
  }

  /**
   * Reads back what {@link #toJson} wrote.
   *
   * @throws UncheckedIOException when it is no JSON
   * @throws IllegalArgumentException when a field is missing or has another form
   */
  public static SavedCheckpoint read(RawJson json) {
    try (JsonParser parser = JsonForm.LENIENT.createParser(json.bytes())) {
      parser.nextToken();
      EventReader in = new EventReader(json.bytes(), parser);
      RawJson checkpoint = in.raw(CHECKPOINT);
      Character answer = half(in.optionalNumber(ANSWER));
      Character thought = half(in.optionalNumber(THOUGHT));
      Subagent thinker = in.optionalObject(THINKER, Subagent::read);
      List<RawJson> notes = in.optionalRawList(NOTES);
      long before = notes.isEmpty() ? 0 : in.number(NOTES_BEFORE);
      return new SavedCheckpoint(checkpoint, answer, thought, thinker, notes, before);
    } catch (IOException e) {
      throw new UncheckedIOException("checkpoint: broken JSON (expected: what was stored)", e);
    }
  }

  private static @Nullable Long number(@Nullable Character half) {
    return half == null ? null : (long) half;
  }

  private static @Nullable Character half(@Nullable Long number) {
    return number == null ? null : (char) number.intValue();
  }
}
