package dev.parley.gateway.agent.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ServiceJson;
import dev.parley.gateway.agent.upstream.HttpAnswer;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.protocol.RawJson;
import java.util.List;

/** What servers of tools say: replies, lists and the schemas in them. */
public final class ToolFuzz implements FuzzTarget {

  private static final int[] STATUS = {200, 400, 404, 500};

  @Override
  public String name() {
    return "tool";
  }

  @Override
  public List<byte[]> examples() {
    return List.of(
        FuzzTarget.of(
            0,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"content\":[{\"type\":\"text\","
                + "\"text\":\"é\"},{\"type\":\"image\",\"data\":\"AA==\"}],\"isError\":false}}"),
        FuzzTarget.of(
            0,
            "{\"result\":{\"structuredContent\":{\"a\":[1.0]},\"content\":[{\"type\":"
                + "\"resource\",\"resource\":{\"text\":\"x\"}}]}}"),
        FuzzTarget.of(1, "{\"error\":{\"code\":-32602,\"message\":\"bad\"}}"),
        FuzzTarget.of(
            0,
            "{\"result\":{\"tools\":[{\"name\":\"look\",\"inputSchema\":{\"type\":\"object\","
                + "\"properties\":{\"q\":{\"type\":\"string\",\"pattern\":\"^a+$\"}},"
                + "\"required\":[\"q\"],\"$defs\":{\"x\":{\"$ref\":\"#/$defs/x\"}}}}]}}"));
  }

  @Override
  public List<String> words() {
    return List.of("\"type\":\"text\"", "\"$ref\":\"#\"", "\"isError\":true", "\"result\":{");
  }

  @Override
  public int inputs() {
    return 3_000;
  }

  @Override
  public void take(byte[] input) {
    String text = new String(FuzzTarget.rest(input), UTF_8);
    int status = STATUS[FuzzTarget.variant(input, STATUS.length)];
    HttpAnswer answer = new HttpAnswer(status, "application/json", text.getBytes(UTF_8), null);
    McpReply reply = new McpReply(answer, ServiceJson.read(text).orElse(MissingNode.getInstance()));
    var ignored = reply.isSessionDoubtful() || reply.isToolUnknown();
    check(reply.end("call"));
    try {
      JsonNode tools = reply.result().path("tools");
      new McpList().add(tools);
      for (JsonNode tool : tools) {
        ignored |= ArgumentSchema.isOfObjects(tool.path("inputSchema"));
      }
    } catch (UpstreamException documented) {
      check(documented.toEvent());
    }
  }

  private static void check(AgentEvent event) {
    RawJson result = event instanceof AgentEvent.ToolEnded ended ? ended.result() : null;
    if (result != null) {
      var ignored = EventCodec.checked("result", result);
    }
  }
}
