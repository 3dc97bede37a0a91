package dev.parley.gateway.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.parley.gateway.protocol.Subagent;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a stored event without what people, agents or tools said: names, ids and
 * codes. Callable from any thread.
 *
 * @param run the run that it belongs to
 * @param at its time, as stored
 * @param subagent whose it is; absent if it is the agent's own
 * @param code of a failure
 */
public record EventOutline(
    @Nullable String run,
    String at,
    @Nullable String toolName,
    @Nullable String toolCall,
    @Nullable Subagent subagent,
    @Nullable String code) {

  private static final class Fields {
    @Nullable String run;
    @Nullable String at;
    @Nullable String toolName;
    @Nullable String toolCall;
    @Nullable String code;
    @Nullable String subagentId;
    @Nullable String subagentName;
    @Nullable String subagentParent;
  }

  /**
   * Reads the outline of what {@link EventCodec#body} wrote; the rest is passed over.
   *
   * @throws UncheckedIOException when the body is no JSON
   * @throws IllegalArgumentException when it is no event
   */
  public static EventOutline read(byte[] body) {
    byte[] object = new byte[body.length + 1];
    object[0] = '{';
    System.arraycopy(body, 0, object, 1, body.length);
    Fields fields = new Fields();
    try (JsonParser parser = JsonForm.LENIENT.createParser(object)) {
      parser.nextToken();
      readEvent(parser, fields);
    } catch (IOException e) {
      throw new UncheckedIOException("event body: broken JSON (expected: what was stored)", e);
    }
    if (fields.at == null) {
      throw new IllegalArgumentException("timestamp: missing (expected: in each stored event)");
    }
    String id = fields.subagentId;
    String name = fields.subagentName;
    Subagent subagent =
        id == null || name == null ? null : new Subagent(id, name, fields.subagentParent);
    return new EventOutline(
        fields.run, fields.at, fields.toolName, fields.toolCall, subagent, fields.code);
  }

  private static void readEvent(JsonParser parser, Fields fields) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "run_id" -> fields.run = text(parser, value);
        case "timestamp" -> fields.at = text(parser, value);
        case "payload" -> readPayload(parser, value, fields);
        default -> parser.skipChildren();
      }
    }
  }

  private static void readPayload(JsonParser parser, @Nullable JsonToken start, Fields fields)
      throws IOException {
    if (start != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("payload: no object (expected: one in each event)");
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "tool_name" -> fields.toolName = text(parser, value);
        case "tool_call_id" -> fields.toolCall = text(parser, value);
        case "code" -> fields.code = text(parser, value);
        case "subagent" -> readSubagent(parser, value, fields);
        default -> parser.skipChildren();
      }
    }
  }

  private static void readSubagent(JsonParser parser, @Nullable JsonToken start, Fields fields)
      throws IOException {
    if (start != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return;
    }
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      switch (name) {
        case "id" -> fields.subagentId = text(parser, value);
        case "name" -> fields.subagentName = text(parser, value);
        case "parent" -> fields.subagentParent = text(parser, value);
        default -> parser.skipChildren();
      }
    }
  }

  private static @Nullable String text(JsonParser parser, @Nullable JsonToken value)
      throws IOException {
    if (value == JsonToken.VALUE_STRING) {
      return parser.getText();
    }
    parser.skipChildren();
    return null;
  }
}
