package dev.parley.gateway.agent.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Texts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The tool calls of one step. Services number their calls, or give them ids, or both, or neither; a
 * piece belongs to the call with its number and id. Used by one thread at a time.
 */
final class ToolSlots {

  static final int MAX_CALLS = 128;
  static final int MAX_CHARACTERS = 1024 * 1024;

  private final List<ToolSlot> slots = new ArrayList<>();
  private long characters;

  boolean isEmpty() {
    return slots.isEmpty();
  }

  /**
   * Takes one element of {@code tool_calls}.
   *
   * @throws UpstreamException when the step calls too many tools, or says too much
   */
  void take(JsonNode piece) throws UpstreamException {
    ToolSlot slot = find(piece);
    if (slot == null) {
      if (slots.size() == MAX_CALLS) {
        throw tooMuch("tool calls", "one more", MAX_CALLS + " in a step");
      }
      slot = new ToolSlot(ToolSlot.indexOf(piece));
      slots.add(slot);
    }
    characters += slot.take(piece);
    if (characters > MAX_CHARACTERS) {
      throw tooMuch("tool calls", characters + " characters", MAX_CHARACTERS + " in a step");
    }
  }

  private static UpstreamException tooMuch(String field, String value, String max) {
    return UpstreamException.permanent(
        ErrorCode.UPSTREAM_PROTOCOL, Texts.expected(field, value, "at most " + max));
  }

  /** The call that this piece goes on with; null for a new call. */
  private @Nullable ToolSlot find(JsonNode piece) {
    Integer index = ToolSlot.indexOf(piece);
    String id = ToolSlot.idOf(piece);
    ToolSlot last = null;
    for (ToolSlot slot : slots) {
      if (index == null || slot.hasIndex(index)) {
        if (id != null && id.equals(slot.id())) {
          return slot;
        }
        last = slot;
      }
    }
    if (last == null || (id != null && last.id() != null) || last.isFollowedBy(piece)) {
      return null;
    }
    return last;
  }

  /**
   * The calls, whole, each with an id that the run has not used yet.
   *
   * @param used the ids that the run has used; the new ones are added
   */
  List<ToolSlot> close(Set<String> used) {
    for (ToolSlot slot : slots) {
      String id = slot.id();
      if (id == null || !used.add(id)) {
        slot.id(mint(used));
      }
    }
    return List.copyOf(slots);
  }

  /** Nine letters and digits: Mistral takes no other form. */
  private static String mint(Set<String> used) {
    for (int number = used.size(); ; number++) {
      String id = String.format(Locale.ROOT, "call%05d", number);
      if (used.add(id)) {
        return id;
      }
    }
  }
}
