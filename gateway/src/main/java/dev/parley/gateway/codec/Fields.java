package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one JSON object in a frame, read strictly: no duplicate names, no unknown names, no
 * wrong types. Every refusal names the field by its JSON Pointer.
 */
public final class Fields {

  static final Refusal NOT_WELL_FORMED =
      Refusal.of(
          ErrorCode.BAD_FRAME,
          "frame: no well-formed JSON (expected: one JSON object, names once each)");

  private record FieldValue(JsonToken token, String text, int start, int end) {}

  private final byte[] json;
  private final String pointer;
  private final Map<String, FieldValue> values = new LinkedHashMap<>();

  private Fields(byte[] json, String pointer) {
    this.json = json;
    this.pointer = pointer;
  }

  /**
   * Reads the object between {@code start} and {@code end}.
   *
   * @throws RefusedException with {@code bad_frame} when it is no well-formed JSON object
   */
  public static Fields read(byte[] json, int start, int end, String pointer) {
    Fields fields = new Fields(json, pointer);
    try (JsonParser parser = JsonForm.STRICT.createParser(json, start, end - start)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw badFrame("frame: no JSON object (expected: one JSON object)");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        fields.values.put(name, value(parser, start));
      }
      if (parser.nextToken() != null) {
        throw badFrame("frame: more than one JSON value (expected: one JSON object)");
      }
      return fields;
    } catch (IOException e) {
      throw new RefusedException(NOT_WELL_FORMED);
    }
  }

  private static FieldValue value(JsonParser parser, int base) throws IOException {
    JsonToken token = parser.currentToken();
    int start = base + (int) parser.currentTokenLocation().getByteOffset();
    String text = token.isScalarValue() ? parser.getText() : "";
    parser.skipChildren();
    int end = base + (int) parser.currentLocation().getByteOffset();
    return new FieldValue(token, text, start, end);
  }

  private static RefusedException badFrame(String message) {
    return new RefusedException(Refusal.of(ErrorCode.BAD_FRAME, message));
  }

  /** Refuses the first unknown name. */
  public void allowOnly(Set<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        String names = String.join(", ", known.stream().sorted().toList());
        throw refuse(name, Texts.cut(name), known.isEmpty() ? "no field" : "one of " + names);
      }
    }
  }

  public boolean has(String name) {
    return values.containsKey(name);
  }

  boolean isText(String name) {
    FieldValue value = values.get(name);
    return value != null && value.token() == JsonToken.VALUE_STRING;
  }

  /** Whether the field is present and true. */
  public boolean isTrue(String name) {
    FieldValue value = values.get(name);
    if (value != null && !value.token().isBoolean()) {
      throw refuse(name, shown(value), "true or false");
    }
    return value != null && value.token() == JsonToken.VALUE_TRUE;
  }

  /** A text, parsed by a constructor. */
  public <T> T required(String name, Function<String, T> parse) {
    return parsed(name, presentOf(name), parse);
  }

  /** A text, parsed by a constructor, or null where the field is missing. */
  public <T> @Nullable T optional(String name, Function<String, T> parse) {
    FieldValue value = values.get(name);
    return value == null ? null : parsed(name, value, parse);
  }

  private <T> T parsed(String name, FieldValue value, Function<String, T> parse) {
    if (value.token() != JsonToken.VALUE_STRING) {
      throw refuse(name, shown(value), "a string");
    }
    try {
      return parse.apply(value.text());
    } catch (IllegalArgumentException e) {
      throw invalid(name, String.valueOf(e.getMessage()));
    }
  }

  /** A whole number within bounds, or null where the field is missing. */
  public @Nullable Long optionalInteger(String name, long min, long max) {
    FieldValue value = values.get(name);
    if (value == null) {
      return null;
    }
    String expectation = "a whole number from " + min + " to " + max;
    if (value.token() != JsonToken.VALUE_NUMBER_INT || value.text().length() > 18) {
      throw refuse(name, shown(value), expectation);
    }
    long number = Long.parseLong(value.text());
    if (number < min || number > max) {
      throw refuse(name, shown(value), expectation);
    }
    return number;
  }

  /** A number within bounds, or null where the field is missing. */
  public @Nullable Double optionalNumber(String name, double min, double max) {
    FieldValue value = values.get(name);
    if (value == null) {
      return null;
    }
    double number = value.token().isNumeric() ? Double.parseDouble(value.text()) : Double.NaN;
    if (!(number >= min && number <= max)) {
      throw refuse(name, shown(value), "a number from " + min + " to " + max);
    }
    return number;
  }

  /** A value of any type, byte for byte. */
  public RawJson any(String name) {
    return raw(presentOf(name));
  }

  /** The same, or null where the field is missing. */
  public @Nullable RawJson optionalAny(String name) {
    return has(name) ? any(name) : null;
  }

  /** A string or an object, byte for byte. */
  RawJson stringOrObject(String name) {
    FieldValue value = presentOf(name);
    if (value.token() != JsonToken.VALUE_STRING && value.token() != JsonToken.START_OBJECT) {
      throw refuse(name, shown(value), "a string or an object");
    }
    return raw(value);
  }

  /** An object, byte for byte, or null where the field is missing. */
  public @Nullable RawJson optionalObject(String name) {
    FieldValue value = values.get(name);
    if (value == null) {
      return null;
    }
    if (value.token() != JsonToken.START_OBJECT) {
      throw refuse(name, shown(value), "an object");
    }
    return raw(value);
  }

  /**
   * A string that is not empty, or a list of parts: objects with a type, and text in text parts.
   */
  RawJson content(String name) {
    FieldValue value = presentOf(name);
    String expectation = "a string that is not empty, or a list of parts";
    if (value.token() == JsonToken.VALUE_STRING && !value.text().isEmpty()) {
      return raw(value);
    }
    if (value.token() != JsonToken.START_ARRAY) {
      throw refuse(name, shown(value), expectation);
    }
    for (Fields part : objects(name)) {
      String type = part.required("type", text -> checkedLength("type", text, 64));
      if (type.equals("text")) {
        part.required("text", text -> text);
      }
    }
    return raw(value);
  }

  /** A nested object. */
  public Fields object(String name) {
    FieldValue value = presentOf(name);
    if (value.token() != JsonToken.START_OBJECT) {
      throw refuse(name, shown(value), "an object");
    }
    return read(json, value.start(), value.end(), at(name));
  }

  /** A list of at least one object. */
  List<Fields> objects(String name) {
    return objects(name, elements(name));
  }

  /** A list of objects, which may be empty. */
  public List<Fields> anyObjects(String name) {
    FieldValue array = presentOf(name);
    if (array.token() != JsonToken.START_ARRAY) {
      throw refuse(name, shown(array), "a list of objects");
    }
    return objects(name, elements(array));
  }

  private List<Fields> objects(String name, List<FieldValue> elements) {
    List<Fields> objects = new ArrayList<>(elements.size());
    for (FieldValue element : elements) {
      String place = at(name) + "/" + objects.size();
      if (element.token() != JsonToken.START_OBJECT) {
        throw new RefusedException(
            Refusal.at(
                ErrorCode.INVALID_ARGUMENT,
                place,
                Texts.expected(dotted(place), shown(element), "an object")));
      }
      objects.add(read(json, element.start(), element.end(), place));
    }
    return objects;
  }

  /** A list of at least one text, each parsed by a constructor. */
  public <T> List<T> list(String name, Function<String, T> parse) {
    List<T> list = new ArrayList<>();
    for (FieldValue element : elements(name)) {
      list.add(parsed(name + "/" + list.size(), element, parse));
    }
    return list;
  }

  private List<FieldValue> elements(String name) {
    FieldValue array = presentOf(name);
    List<FieldValue> elements =
        array.token() == JsonToken.START_ARRAY ? elements(array) : List.of();
    if (elements.isEmpty()) {
      throw refuse(name, shown(array), "a list with at least one element");
    }
    return elements;
  }

  private List<FieldValue> elements(FieldValue array) {
    List<FieldValue> elements = new ArrayList<>();
    try (JsonParser parser =
        JsonForm.STRICT.createParser(json, array.start(), array.end() - array.start())) {
      parser.nextToken();
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(parser, array.start()));
      }
    } catch (IOException e) {
      throw new RefusedException(NOT_WELL_FORMED);
    }
    return elements;
  }

  private FieldValue presentOf(String name) {
    FieldValue value = values.get(name);
    if (value == null) {
      throw refuse(name, "missing", "a value");
    }
    return value;
  }

  private RawJson raw(FieldValue value) {
    return RawJson.checked(Arrays.copyOfRange(json, value.start(), value.end()));
  }

  private String shown(FieldValue value) {
    int length = Math.min(value.end() - value.start(), 400);
    return new String(json, value.start(), length, StandardCharsets.UTF_8).strip();
  }

  /** A refusal of this field with {@code invalid_argument}. */
  public RefusedException refuse(String name, String value, String expectation) {
    return invalid(name, Texts.expected(dotted(at(name)), value, expectation));
  }

  private RefusedException invalid(String name, String message) {
    return new RefusedException(Refusal.at(ErrorCode.INVALID_ARGUMENT, at(name), message));
  }

  /** Checks that the text has 1 to {@code max} characters. */
  public static String checkedLength(String name, String text, int max) {
    if (text.isEmpty() || text.length() > max) {
      throw new IllegalArgumentException(Texts.expected(name, text, "1 to " + max + " characters"));
    }
    return text;
  }

  private String at(String name) {
    // RFC 6901, section 3. A list index comes as name/index: its slash is not escaped.
    String step = values.containsKey(name) ? name.replace("~", "~0").replace("/", "~1") : name;
    return pointer + "/" + Texts.cut(step);
  }

  private static String dotted(String place) {
    return place.substring(1).replace('/', '.');
  }
}
