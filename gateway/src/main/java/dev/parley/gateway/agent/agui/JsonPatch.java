package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.protocol.Texts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Applies a JSON Patch to a value. The work of one patch is bounded, whatever it copies. For one
 * use.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6902">RFC 6902</a>
 */
final class JsonPatch {

  /** The maximum number of operations of a patch. */
  static final int MAX_OPERATIONS = 10_000;

  /** The maximum number of steps of a pointer; deeper values cannot be stored. */
  private static final int MAX_DEPTH = 64;

  /** How often the bound of the value a patch may handle values again. */
  private static final int MAX_WORK = 16;

  /** A patch that cannot be applied. Its message names the operation, and no value. */
  static final class PatchException extends Exception {
    private static final long serialVersionUID = 1L;
    private final boolean isTooLarge;

    PatchException(String message, boolean isTooLarge) {
      super(message);
      this.isTooLarge = isTooLarge;
    }

    /** Whether the value became too large; the patch may be right. */
    boolean isTooLarge() {
      return isTooLarge;
    }
  }

  private final int maxUnits;
  private JsonNode root;
  private long units;
  private long work;

  private JsonPatch(JsonNode value, int maxUnits) {
    this.root = value;
    this.maxUnits = maxUnits;
    this.units = JsonSize.of(value).units();
  }

  /**
   * The value after the patch. The one that is given does not change.
   *
   * @param maxUnits the maximum of {@link JsonSize#units} that the value has at any time
   * @throws PatchException when the patch has another form, one of its operations cannot be applied
   *     or one of its tests fails, or the value becomes too large or too deep
   */
  static JsonNode apply(JsonNode value, JsonNode patch, int maxUnits) throws PatchException {
    check("patch", patch.isArray(), "a list of operations");
    check("patch", patch.size() <= MAX_OPERATIONS, "at most " + MAX_OPERATIONS + " operations");
    JsonPatch applied = new JsonPatch(value.deepCopy(), maxUnits);
    for (JsonNode operation : patch) {
      applied.apply(operation);
    }
    return applied.root;
  }

  private static void check(String name, boolean holds, String expectation) throws PatchException {
    if (!holds) {
      throw new PatchException(Texts.expected(name, "not applied", expectation), false);
    }
  }

  private void apply(JsonNode operation) throws PatchException {
    String op = AguiJson.text(operation, "op");
    List<String> path = pointer(operation, "path");
    switch (op) {
      case "add" -> add(path, value(operation));
      case "remove" -> remove(path);
      case "replace" -> {
        JsonNode value = value(operation);
        find(path);
        if (!path.isEmpty() && parent(path).isArray()) {
          remove(path);
        }
        add(path, value);
      }
      case "move" -> {
        List<String> from = pointer(operation, "from");
        boolean isInside = from.size() < path.size() && path.subList(0, from.size()).equals(from);
        check(op, !isInside, "a place outside of what is moved");
        JsonNode moved = handled(find(from));
        if (!from.equals(path)) {
          remove(from);
          add(path, moved);
        }
      }
      case "copy" -> add(path, handled(find(pointer(operation, "from"))).deepCopy());
      case "test" ->
          check(op, handled(find(path)).equals(JsonPatch::compare, value(operation)), "equality");
      default -> check("op", false, "add, remove, replace, move, copy or test");
    }
  }

  /** Counts what is handled again: many copies or moves of a large value would take long. */
  private JsonNode handled(JsonNode value) throws PatchException {
    work += JsonSize.of(value).units();
    check("patch", work <= (long) MAX_WORK * maxUnits, "less to copy, to move and to test");
    return value;
  }

  /** Numbers are equal if their values are. */
  private static int compare(JsonNode one, JsonNode other) {
    boolean areNumbers = one.isNumber() && other.isNumber();
    boolean isEqual =
        areNumbers ? one.decimalValue().compareTo(other.decimalValue()) == 0 : one.equals(other);
    return isEqual ? 0 : 1;
  }

  private static JsonNode value(JsonNode operation) throws PatchException {
    check("value", operation.has("value"), "a value");
    return operation.get("value").deepCopy();
  }

  /** The steps of a pointer (RFC 6901). */
  private static List<String> pointer(JsonNode operation, String name) throws PatchException {
    JsonNode given = operation.path(name);
    check(name, given.isTextual(), "a JSON Pointer");
    String pointer = given.textValue();
    List<String> steps = new ArrayList<>();
    if (!pointer.isEmpty()) {
      check(name, pointer.startsWith("/"), "a JSON Pointer");
      for (String step : pointer.substring(1).split("/", MAX_DEPTH + 2)) {
        check(name, !step.replaceAll("~[01]", "").contains("~"), "~0 or ~1 for ~ and /");
        steps.add(step.replace("~1", "/").replace("~0", "~"));
      }
    }
    check(name, steps.size() <= MAX_DEPTH, "at most " + MAX_DEPTH + " steps");
    return steps;
  }

  private JsonNode find(List<String> steps) throws PatchException {
    JsonNode found = root;
    for (String step : steps) {
      JsonNode next = child(found, step);
      check("path", next != null, "a place that exists");
      if (next != null) {
        found = next;
      }
    }
    return found;
  }

  private static @Nullable JsonNode child(JsonNode parent, String step) {
    if (parent.isArray()) {
      int index = index(step);
      return index < 0 ? null : parent.get(index);
    }
    return parent.get(step);
  }

  /** The index that a step names; -1 if it is none. No zero stands before another digit. */
  private static int index(String step) {
    boolean isIndex = step.matches("0|[1-9][0-9]{0,8}");
    return isIndex ? Integer.parseInt(step) : -1;
  }

  private JsonNode parent(List<String> steps) throws PatchException {
    return find(steps.subList(0, steps.size() - 1));
  }

  private void add(List<String> steps, JsonNode value) throws PatchException {
    JsonSize size = JsonSize.of(value);
    check("patch", steps.size() + size.depth() <= MAX_DEPTH, "at most " + MAX_DEPTH + " levels");
    // Before it is put anywhere: a list that has no bound would grow.
    units += size.units();
    if (steps.isEmpty()) {
      units = size.units();
      root = value;
    } else {
      String last = steps.get(steps.size() - 1);
      JsonNode parent = parent(steps);
      if (parent instanceof ObjectNode object) {
        JsonNode before = object.get(last);
        units += before == null ? last.length() : -JsonSize.of(before).units();
        object.set(last, value);
      } else if (parent instanceof ArrayNode array) {
        int index = last.equals("-") ? array.size() : index(last);
        check("path", index >= 0 && index <= array.size(), "an index of the list");
        array.insert(index, value);
      } else {
        check("path", false, "a place in an object or a list");
      }
    }
    if (units > maxUnits) {
      throw new PatchException(
          Texts.expected("state", units + " characters", "at most " + maxUnits), true);
    }
  }

  private void remove(List<String> steps) throws PatchException {
    JsonNode found = find(steps);
    check("path", !steps.isEmpty(), "not the whole value");
    String last = steps.get(steps.size() - 1);
    JsonNode parent = parent(steps);
    units -= JsonSize.of(found).units();
    if (parent instanceof ObjectNode object) {
      object.remove(last);
      units -= last.length();
    } else if (parent instanceof ArrayNode array) {
      array.remove(index(last));
    }
  }
}
