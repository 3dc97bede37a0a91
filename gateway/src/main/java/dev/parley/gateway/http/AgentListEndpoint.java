package dev.parley.gateway.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.parley.gateway.agent.Ability;
import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * {@code GET /v1/agents}: the agents, what they are and what they can do (protocol, "The same log
 * over HTTP").
 */
public final class AgentListEndpoint implements ImmediateEndpoint {

  private static final Call CALL =
      Call.get("listAgents", "Lists the agents: what they are and what they can do.")
          .needs(Scope.CHAT)
          .answers(200, "All agents.", "http", "agents");

  private final Agents agents;
  private final AgentName defaultAgent;

  /**
   * Lists these agents.
   *
   * @param defaultAgent the agent of commands that name none; it is marked
   */
  public AgentListEndpoint(Agents agents, AgentName defaultAgent) {
    this.agents = agents;
    this.defaultAgent = defaultAgent;
  }

  @Override
  public String path() {
    return "/v1/agents";
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public Response respond(Request request) {
    Bearer.require(request, Scope.CHAT);
    var ignored = request.query(CALL);
    return Response.json(200, JsonOut.object(out -> write(out.json())));
  }

  private static void set(Set<Ability> abilities, Ability ability, boolean has) {
    if (has) {
      abilities.add(ability);
    } else {
      abilities.remove(ability);
    }
  }

  private static Set<Ability> abilities(Agent agent) {
    Set<Ability> abilities = EnumSet.noneOf(Ability.class);
    abilities.addAll(agent.abilities());
    set(abilities, Ability.RESUMABLE, agent.isResumable());
    set(abilities, Ability.CONFIRMED_CANCEL, agent.confirmsCancel());
    return abilities;
  }

  private void write(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("agents");
    for (Map.Entry<String, Agent> agent : agents.all().entrySet()) {
      json.writeStartObject();
      json.writeStringField("name", agent.getKey());
      json.writeStringField(
          "description", Texts.whole(agents.description(agent.getKey(), agent.getValue())));
      json.writeArrayFieldStart("abilities");
      for (Ability ability : abilities(agent.getValue())) {
        json.writeString(ability.name().toLowerCase(Locale.ROOT));
      }
      json.writeEndArray();
      json.writeBooleanField("default", agent.getKey().equals(defaultAgent.value()));
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
