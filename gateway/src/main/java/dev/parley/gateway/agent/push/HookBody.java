package dev.parley.gateway.agent.push;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;

/** The bodies of hooks (protocol, "Events of a back end"). */
final class HookBody {

  private static final String RUN = "run_id";
  private static final String AGENT = "agent";
  private static final String TYPE = "type";
  private static final String ROLE = "role";

  /**
   * Where and how the back end adds events.
   *
   * @param url absolute, or a path if the back end knows the rest
   */
  record EventsAddress(String url, String token) {}

  private HookBody() {}

  /** A run begins. */
  static RawJson started(
      AgentRequest request, AgentName agent, History history, EventsAddress address) {
    return RawJson.checked(
        JsonOut.object(
            out -> {
              begin(out, "run.started", request, agent);
              // Before what the user says: the first of these names is the gateway's.
              out.text("events_url", address.url());
              out.text("token", address.token());
              out.text("traceparent", request.traceparent());
              out.raw("input", request.input());
              out.raw("context", request.context());
              history(out, history);
            }));
  }

  /** A run has ended, and not by an event of the back end. */
  static RawJson cancelled(AgentRequest request, AgentName agent) {
    return RawJson.checked(JsonOut.object(out -> begin(out, "run.cancelled", request, agent)));
  }

  private static void begin(JsonOut out, String type, AgentRequest request, AgentName agent)
      throws IOException {
    out.text(TYPE, type);
    out.text(RUN, request.run().value());
    out.text(AGENT, agent.value());
    out.text("conversation_id", request.conversation().value());
  }

  private static void history(JsonOut out, History history) throws IOException {
    JsonGenerator json = out.json();
    json.writeArrayFieldStart("history");
    for (History.Item item : history.items()) {
      json.writeStartObject();
      if (item instanceof History.PastMessage message) {
        out.text(ROLE, "user");
        out.raw("content", message.content());
      } else if (item instanceof History.PastAnswer answer) {
        out.text(ROLE, "agent");
        out.text(RUN, answer.run().value());
        out.text(AGENT, answer.agent().value());
        out.text("state", answer.state().wire());
        parts(out, answer);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
    out.flag("history_truncated", history.truncated());
  }

  private static void parts(JsonOut out, History.PastAnswer answer) throws IOException {
    JsonGenerator json = out.json();
    json.writeArrayFieldStart("parts");
    for (History.AnswerPart part : answer.parts()) {
      if (part instanceof History.AnswerText text) {
        json.writeStartObject();
        out.text(TYPE, "text");
        out.text("text", text.text());
        json.writeEndObject();
      } else if (part instanceof History.PastToolCall call) {
        json.writeStartObject();
        out.text(TYPE, "tool");
        out.text("tool_call_id", call.call());
        out.text("tool_name", call.tool());
        out.raw("arguments", call.arguments());
        out.text("status", call.status().wire());
        out.raw("result", call.result());
        out.text("error", call.error());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
  }
}
