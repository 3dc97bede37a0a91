package dev.parley.gateway.agent.agui;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.model.ContentParts;
import dev.parley.gateway.agent.model.ModelDialect;
import dev.parley.gateway.agent.model.ModelNotes;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.model.RawMembers;
import dev.parley.gateway.agent.upstream.HttpCall;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.HashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An agent that speaks AG-UI over HTTP. It runs its own tools: a run is one step. Callable from any
 * thread.
 *
 * @see <a href="https://docs.ag-ui.com/spec/1.0/basic/run-input">RunAgentInput</a>
 */
public final class AguiDialect implements ModelDialect {

  private static final String PROTOCOL_VERSION = "protocolVersion";

  private final URI uri;
  private final ObjectNode forwardedProps;
  private final @Nullable JsonNode protocolVersion;
  private final ModelNotes notes;

  /**
   * An agent.
   *
   * @param uri the whole address
   * @param parameters a JSON object: the {@code forwardedProps} of every request, but for {@code
   *     protocolVersion}, which is told beside them, and only if it is given
   */
  public AguiDialect(URI uri, RawMembers parameters) {
    this.uri = uri;
    ObjectNode given = (ObjectNode) AguiJson.event(parameters.toString()).orElseThrow();
    this.protocolVersion = given.remove(PROTOCOL_VERSION);
    this.forwardedProps = given;
    this.notes = new ModelNotes(uri, "");
  }

  /** Each has the whole state. */
  @Override
  public boolean needsNewestNotesOnly() {
    return true;
  }

  @Override
  public ModelSession begin(AgentRequest request, History history) throws UpstreamException {
    AguiMessages messages =
        AguiMessages.of(history, ContentParts.input(request.input()), request.run());
    String thread = request.conversation().value();
    AguiState state = AguiState.of(history, notes, request.run());
    ObjectNode body = AguiJson.NODES.objectNode();
    body.put("threadId", thread).put("runId", request.run().value());
    if (protocolVersion != null) {
      body.set(PROTOCOL_VERSION, protocolVersion);
    }
    body.set("state", state.json());
    body.set("messages", messages.json());
    body.putArray("tools");
    body.set("context", AguiContext.of(request.context()));
    body.set("forwardedProps", forwardedProps);
    HttpCall call = HttpCall.post(uri, Map.of(), RawJson.of(body.toString()));
    return new AguiSession(call, request.run(), thread, state, new HashSet<>(messages.answers()));
  }
}
