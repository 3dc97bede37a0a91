package dev.parley.gateway.agent.anthropic;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.ToolStatus;
import java.io.IOException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The blocks {@code tool_use} and {@code tool_result}. */
final class ToolBlocks {

  private static final ObjectReader JSON = JsonMapper.builder().build().reader();
  private static final Pattern NOT_IN_A_NAME = Pattern.compile("[^a-zA-Z0-9_-]");
  private static final int MAX_NAME = 64;

  private ToolBlocks() {}

  /** A call of an earlier run. */
  static String use(String id, History.PastToolCall call) {
    RawMembers block = new RawMembers();
    block.putText("type", "tool_use");
    block.putText("id", id);
    block.putText("name", name(call.tool()));
    block.put("input", input(call.arguments()));
    return block.toString();
  }

  /** The name in the form that the API takes. */
  static String name(String tool) {
    String name = NOT_IN_A_NAME.matcher(tool).replaceAll("_");
    return name.isEmpty() ? "unnamed" : name.substring(0, Math.min(name.length(), MAX_NAME));
  }

  private static String input(RawJson arguments) {
    try {
      return RawMembers.parse(arguments.toString()).toString();
    } catch (IOException noObject) {
      RawMembers wrapper = new RawMembers();
      wrapper.put("value", arguments.toString());
      return wrapper.toString();
    }
  }

  /** The end of a call. The API refuses an error without content. */
  static String result(
      String id, ToolStatus status, @Nullable RawJson result, @Nullable String error) {
    RawMembers block = new RawMembers();
    block.putText("type", "tool_result");
    block.putText("tool_use_id", id);
    boolean isError = status != ToolStatus.OK;
    String content = isError ? problem(status, error) : text(result);
    if (!content.isBlank()) {
      block.putText("content", content);
    }
    if (isError) {
      block.put("is_error", "true");
    }
    return block.toString();
  }

  private static String problem(ToolStatus status, @Nullable String error) {
    return error != null && !error.isBlank()
        ? error
        : switch (status) {
          case DENIED -> "The call was denied.";
          case ABORTED -> "The call was aborted.";
          case UNKNOWN -> "It is not known how the call ended.";
          default -> "The call failed.";
        };
  }

  private static String text(@Nullable RawJson result) {
    if (result == null) {
      return "";
    }
    try {
      JsonNode value = JSON.readTree(result.bytes());
      return value.isTextual() ? value.textValue() : result.toString();
    } catch (JsonProcessingException e) {
      return result.toString();
    } catch (IOException impossible) {
      throw new IllegalStateException("result: is in memory", impossible);
    }
  }
}
