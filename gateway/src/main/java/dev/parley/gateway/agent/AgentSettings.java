package dev.parley.gateway.agent;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.AgentName;
import java.util.Optional;

/**
 * The settings of one agent, {@code agents.<name>.…}.
 *
 * @param url the address of the service that answers
 * @param model the model that answers
 * @param apiKey the key of that service; never shown
 */
public record AgentSettings(
    AgentName name,
    String type,
    Optional<String> url,
    Optional<String> model,
    Optional<Secret> apiKey) {}
