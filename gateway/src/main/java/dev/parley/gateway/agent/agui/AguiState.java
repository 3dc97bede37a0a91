package dev.parley.gateway.agent.agui;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.agui.JsonPatch.PatchException;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.Texts;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of a thread, which goes back to the agent with the next request. It is kept in a note
 * of each run that ends. What cannot be kept is dropped; the run goes on. Used by one thread.
 *
 * @see <a href="https://docs.ag-ui.com/concepts/state">State</a>
 */
final class AguiState {

  /** The maximum bytes of a state that is kept. */
  static final int MAX_BYTES = 64 * 1024;

  /** One level is the note's own. */
  private static final int MAX_DEPTH = 62;

  private static final String STATE = "state";
  private static final Logger LOG = LoggerFactory.getLogger(AguiState.class);

  private final ModelNotes notes;
  private final RunId run;
  private final boolean wasKept;

  /** Null when it is not known any more. */
  private @Nullable JsonNode state;

  private boolean isLogged;

  private AguiState(ModelNotes notes, RunId run, @Nullable JsonNode kept) {
    this.notes = notes;
    this.run = run;
    this.wasKept = kept != null;
    this.state = kept == null ? AguiJson.NODES.objectNode() : kept;
  }

  /** The state that a run begins with: the newest that the history has, else an empty object. */
  static AguiState of(History history, ModelNotes notes, RunId run) {
    return new AguiState(notes, run, newest(history, notes));
  }

  private static @Nullable JsonNode newest(History history, ModelNotes notes) {
    List<History.Item> items = history.items();
    for (int i = items.size() - 1; i >= 0; i--) {
      if (items.get(i) instanceof History.PastAnswer answer) {
        for (int j = answer.parts().size() - 1; j >= 0; j--) {
          JsonNode kept = read(answer.parts().get(j), notes);
          if (kept != null) {
            return kept;
          }
        }
      }
    }
    return null;
  }

  private static @Nullable JsonNode read(History.AnswerPart part, ModelNotes notes) {
    return part instanceof History.PastNote note
        ? notes
            .read(note.value())
            .flatMap(members -> Optional.ofNullable(members.get(STATE)))
            .flatMap(AguiJson::value)
            .orElse(null)
        : null;
  }

  /** What the request tells. */
  JsonNode json() {
    return state == null ? AguiJson.NODES.objectNode() : state;
  }

  /** A whole state; null stands for an empty one. */
  void snapshot(JsonNode snapshot) {
    JsonSize size = JsonSize.of(snapshot);
    if (size.units() > MAX_BYTES || size.depth() > MAX_DEPTH) {
      drop(size.units() + " characters, " + size.depth() + " levels");
    } else {
      boolean isNothing = snapshot.isNull() || snapshot.isMissingNode();
      state = isNothing ? AguiJson.NODES.objectNode() : snapshot;
    }
  }

  /** A patch (RFC 6902); one that cannot be applied changes nothing. */
  void patch(JsonNode patch) {
    JsonNode before = state;
    if (before == null) {
      return;
    }
    try {
      state = JsonPatch.apply(before, patch, MAX_BYTES);
    } catch (PatchException e) {
      log("a patch", e.getMessage());
      state = e.isTooLarge() ? null : before;
    }
  }

  private void drop(String size) {
    state = null;
    log("the state", Texts.expected("state", size, "at most " + MAX_BYTES + " bytes"));
  }

  private void log(String what, @Nullable String why) {
    if (!isLogged) {
      isLogged = true;
      LOG.info("run {}: {} of its agent is left out: {}", run, what, why);
    }
  }

  /** The run ends: its state is kept for the next one. */
  void keep(Consumer<AgentEvent> out) {
    int bytes = json().toString().getBytes(UTF_8).length;
    if (bytes > MAX_BYTES || JsonSize.of(json()).depth() > MAX_DEPTH) {
      drop(bytes + " bytes");
    }
    JsonNode last = json();
    boolean isNothing = last.isObject() && last.isEmpty();
    if (wasKept || !isNothing) {
      RawMembers members = new RawMembers();
      members.put(STATE, last.toString());
      notes.begin().add(members, out);
    }
  }
}
