package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.Resumption;
import dev.parley.gateway.codec.NotesCodec;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ThreadId;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** Notes of a run that is resumed in the next process. */
@Test(groups = "unit")
public class ResumeNotesTest extends ResumeRig {

  private static AgentEvent.Note note(int value) {
    return new AgentEvent.Note(RawJson.of("{\"note\": " + value + " }"));
  }

  private static AgentEvent.Custom carrier() {
    return new AgentEvent.Custom("c", RawJson.of("1"));
  }

  /** Without a checkpoint. */
  private void say(AgentEvent event) {
    var ignored = rig.agent.job().emit(event);
    rig.settle();
  }

  private List<String> notes() {
    ThreadKey thread = new ThreadKey(ada.reader.principal().user(), new ThreadId("t"));
    List<String> notes = new ArrayList<>();
    for (StoredEvent each :
        rig.log.readWithHidden(thread, 0, 1 << 24).toCompletableFuture().join().events()) {
      byte[] hidden = each.hidden();
      if (hidden != null) {
        NotesCodec.decode(hidden).forEach(note -> notes.add(note.toString()));
      }
    }
    return notes;
  }

  public void aNoteThatWaitsIsKeptWithTheCheckpoint() {
    ada.start("c", "t");
    emit(ONE, note(1), text("a"), note(2));
    resumed();
    assertThat(notes()).isEmpty();
    emit(TWO, text("b"));
    resumed();
    emit(RawJson.of("3"), note(3), carrier());
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }", "{\"note\": 3 }");
  }

  public void aNoteThatHadWaitedIsKeptOnce() {
    ada.start("c", "t");
    emit(ONE, note(1), text("a"), note(2));
    say(carrier());
    resumed();
    say(carrier());
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }");
    emit(TWO, note(3), text("b"));
    resumed();
    say(carrier());
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }", "{\"note\": 3 }");
  }

  /** The one is with an event, the other with the checkpoint after it. */
  public void notesThatWaitAreAfterThoseThatAreStored() {
    ada.start("c", "t");
    emit(ONE, note(1), carrier(), note(2), text("a"));
    resumed();
    rig.agent.job().complete();
    rig.settle();
    assertThat(notes()).containsExactly("{\"note\": 1 }", "{\"note\": 2 }");
  }

  /** It is not part of what the checkpoint says: the agent says it again. */
  public void aNoteAfterTheCheckpointIsNotKept() {
    ada.start("c", "t");
    emit(ONE, text("a"));
    say(note(1));
    resumed();
    say(carrier());
    assertThat(notes()).isEmpty();
  }

  public void theBoundOfTheNotesIsThatOfTheWholeRun() {
    int half = AgentEvent.Note.MAX_BYTES_OF_RUN / 2;
    AgentEvent.Note large = new AgentEvent.Note(RawJson.of('"' + "n".repeat(half - 6) + '"'));
    ada.start("c", "t");
    emit(ONE, large, carrier());
    emit(TWO, large, text("a"));
    resumed();
    assertThat(rig.agent.job().request.resumption())
        .isEqualTo(new Resumption(TWO, AgentEvent.Note.MAX_BYTES_OF_RUN));
    say(note(1));
    assertThat(events("t").toString()).contains("notes: 1048592 bytes");
    assertThat(notes()).hasSize(2);
  }
}
