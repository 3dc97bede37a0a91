package dev.parley.gateway.agent.anthropic;

import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.model.ServiceMistake;
import dev.parley.gateway.agent.upstream.UpstreamException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One content block of an answer while it streams, and as it goes back with the next request:
 * members that no delta changed are kept to the character. Used by one thread.
 */
final class ContentBlock {

  private static final String INPUT = "input";
  private static final String CITATIONS = "citations";

  /** The members of blocks that a history holds already. */
  private static final Map<String, Set<String>> PLAIN =
      Map.of("text", Set.of("type", "text"), "tool_use", Set.of("type", "id", "name", INPUT));

  private static final Set<String> EMPTY = Set.of("null", "[]");

  private final RawMembers members;
  private final String type;
  private final Map<String, StringBuilder> texts = new LinkedHashMap<>();
  private final StringBuilder input = new StringBuilder();
  private final StringBuilder citations = new StringBuilder();

  private ContentBlock(RawMembers members, String type) {
    this.members = members;
    this.type = type;
  }

  /**
   * A block as {@code content_block_start} has it.
   *
   * @throws UpstreamException when it is no object with a type
   */
  static ContentBlock of(@Nullable String json) throws UpstreamException {
    RawMembers members = object("content_block", json);
    return new ContentBlock(members, members.text("type").orElseThrow(ContentBlock::untyped));
  }

  private static UpstreamException untyped() {
    return ServiceMistake.of("content_block.type", "missing", "a type");
  }

  static RawMembers object(String field, @Nullable String json) throws UpstreamException {
    try {
      return RawMembers.parse(json == null ? "" : json);
    } catch (IOException e) {
      String shown = json == null ? "missing" : json.length() + " characters";
      throw ServiceMistake.of(field, shown, "a JSON object");
    }
  }

  String type() {
    return type;
  }

  Optional<String> text(String name) {
    return members.text(name);
  }

  @Nullable String raw(String name) {
    return members.get(name);
  }

  /** Replaces a member. */
  void putText(String name, String text) {
    members.putText(name, text);
  }

  /**
   * Adds a delta.
   *
   * @return the text that it adds to the answer or the thinking; may be empty
   */
  String add(RawMembers delta) {
    return switch (delta.text("type").orElse("")) {
      case "text_delta" -> append("text", delta.text("text").orElse(""));
      case "thinking_delta" -> append("thinking", delta.text("thinking").orElse(""));
      case "signature_delta" -> {
        append("signature", delta.text("signature").orElse(""));
        yield "";
      }
      case "input_json_delta" -> {
        input.append(delta.text("partial_json").orElse(""));
        yield "";
      }
      case "citations_delta" -> {
        String citation = delta.get("citation");
        citations.append(citations.isEmpty() || citation == null ? "" : ",");
        citations.append(citation == null ? "" : citation);
        yield "";
      }
      default -> {
        delta.all().keySet().forEach(name -> addUnknown(name, delta));
        yield "";
      }
    };
  }

  private void addUnknown(String name, RawMembers delta) {
    Optional<String> text = delta.text(name);
    if (name.equals("type")) {
      return;
    }
    if (text.isPresent()) {
      append(name, text.get());
    } else {
      members.put(name, String.valueOf(delta.get(name)));
    }
  }

  private String append(String name, String text) {
    texts
        .computeIfAbsent(name, first -> new StringBuilder(members.text(name).orElse("")))
        .append(text);
    return text;
  }

  /** All deltas are there: writes them into the members. */
  void complete() {
    texts.forEach((name, text) -> members.putText(name, text.toString()));
    if (!citations.isEmpty()) {
      members.put(CITATIONS, '[' + citations.toString() + ']');
    }
    if (!input.isEmpty()) {
      members.put(INPUT, isObject(input.toString()) ? input.toString() : invalid());
    } else if (isCall() && members.get(INPUT) == null) {
      members.put(INPUT, "{}");
    }
  }

  /** The API takes objects only; this is its own proposal for what is none. */
  private String invalid() {
    RawMembers wrapper = new RawMembers();
    wrapper.putText("INVALID_JSON", input.toString());
    return wrapper.toString();
  }

  /** The arguments of a call: the object, or what stands in its place, as a JSON string. */
  String arguments() {
    if (!input.isEmpty() && !isObject(input.toString())) {
      return RawMembers.quoted(input.toString());
    }
    String arguments = String.valueOf(members.get(INPUT));
    return isObject(arguments) ? arguments : RawMembers.quoted(arguments);
  }

  private static boolean isObject(String json) {
    try {
      RawMembers.parse(json);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether this is a call of a tool, of the gateway's or of the service's own. */
  boolean isCall() {
    return type.endsWith("tool_use");
  }

  /** Whether the API takes this block back: it refuses blank texts. */
  boolean isKept() {
    return !type.equals("text") || members.text("text").filter(text -> !text.isBlank()).isPresent();
  }

  /** Whether it says no more than an event of the run does. */
  boolean isPlain() {
    Set<String> known = PLAIN.get(type);
    return known != null
        && members.all().entrySet().stream()
            .allMatch(
                member -> known.contains(member.getKey()) || EMPTY.contains(member.getValue()));
  }

  /** The block in the next request. */
  @Override
  public String toString() {
    return members.toString();
  }
}
