package dev.parley.gateway.agent.model;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The members of one JSON object, in their order. Each value is kept to the character, so that what
 * a service sent goes back to it unchanged. Used by one thread.
 */
public final class RawMembers {

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Map<String, String> values = new LinkedHashMap<>();
  private @Nullable String unchanged;

  /** An object without members. */
  public RawMembers() {}

  /**
   * The members of this object.
   *
   * @throws IOException when the text is not one JSON object, or has a name twice
   */
  public static RawMembers parse(String json) throws IOException {
    RawMembers members = new RawMembers();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("no JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        members.values.put(name, value(parser, json));
      }
      if (parser.nextToken() != null) {
        throw new IOException("more than one JSON value");
      }
    }
    members.unchanged = json;
    return members;
  }

  /**
   * The values of this array, in their order.
   *
   * @throws IOException when the text is not one JSON array
   */
  public static List<String> elements(String json) throws IOException {
    List<String> elements = new ArrayList<>();
    try (JsonParser parser = JSON.createParser(json)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("no JSON array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(value(parser, json));
      }
      if (parser.nextToken() != null) {
        throw new IOException("more than one JSON value");
      }
    }
    return elements;
  }

  /** The whole value of which the parser has read the first token. */
  private static String value(JsonParser parser, String json) throws IOException {
    int start = (int) parser.currentTokenLocation().getCharOffset();
    if (parser.currentToken().isScalarValue()) {
      parser.finishToken();
    }
    parser.skipChildren();
    return json.substring(start, (int) parser.currentLocation().getCharOffset());
  }

  /** The members of an object that was read before; none where there is none. */
  public static RawMembers of(Optional<RawJson> object) {
    try {
      return object.isEmpty() ? new RawMembers() : parse(object.get().toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The value of this member, or null where it is missing. */
  public @Nullable String get(String name) {
    return values.get(name);
  }

  /** The text of this member; empty where it is missing or no string. */
  public Optional<String> text(String name) {
    String raw = values.get(name);
    return raw == null ? Optional.empty() : text(raw.strip(), name);
  }

  private static Optional<String> text(String raw, String name) {
    if (!raw.startsWith("\"")) {
      return Optional.empty();
    }
    try (JsonParser parser = JSON.createParser(raw)) {
      parser.nextToken();
      return Optional.of(parser.getText());
    } catch (IOException e) {
      throw new IllegalStateException(name + ": was read before", e);
    }
  }

  /** Sets a member to a JSON value. */
  public void put(String name, String json) {
    values.put(name, json);
    unchanged = null;
  }

  /** Sets a member to a JSON string. */
  public void putText(String name, String text) {
    put(name, quoted(text));
  }

  /** The text as a JSON string. */
  public static String quoted(String text) {
    StringBuilder json = new StringBuilder(text.length() + 2).append('"');
    JsonStringEncoder.getInstance().quoteAsString(text, json);
    return json.append('"').toString();
  }

  /** All members, by name. */
  public Map<String, String> all() {
    return values;
  }

  /** The object: as it was read, if no member was set since. */
  @Override
  public String toString() {
    if (unchanged == null) {
      StringBuilder json = new StringBuilder().append('{');
      values.forEach(
          (name, value) ->
              json.append(json.length() == 1 ? "" : ",")
                  .append(quoted(name))
                  .append(':')
                  .append(value));
      unchanged = json.append('}').toString();
    }
    return unchanged;
  }
}
