package dev.parley.gateway.agent;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * The settings of one agent, {@code agents.<name>.…}. A type that does not take a key gets its
 * default.
 *
 * @param url the address of the service that answers: absolute, {@code http} or {@code https}
 * @param model the model that answers
 * @param api which API of the service is spoken, where its type knows more than one
 * @param assistant the assistant or graph that answers
 * @param apiKey the key of that service; never shown
 * @param system what the model is told before each conversation
 * @param parameters a JSON object of more members of the request
 * @param description what the list of agents says, in place of what the agent says
 * @param secret the key that signs what the gateway sends to the service; never shown
 * @param publicUrl where the service reaches the gateway
 * @param historyBytes maximum bytes of the conversation that the service is told
 * @param maxSteps maximum requests to the service in one run
 * @param pace pause before each piece of an answer that the gateway writes itself
 */
public record AgentSettings(
    AgentName name,
    String type,
    Optional<String> url,
    Optional<String> model,
    Optional<String> assistant,
    String api,
    Optional<Secret> apiKey,
    Optional<String> system,
    Optional<RawJson> parameters,
    Optional<String> description,
    Optional<Secret> secret,
    Optional<String> publicUrl,
    int historyBytes,
    int maxSteps,
    Duration pace) {

  /**
   * The address of an agent whose type needs one ({@link AgentProvider#needs}).
   *
   * @throws java.util.NoSuchElementException when none is set
   */
  public URI address() {
    return URI.create(url.orElseThrow());
  }
}
