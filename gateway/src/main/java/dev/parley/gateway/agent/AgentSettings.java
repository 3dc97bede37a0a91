package dev.parley.gateway.agent;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.AgentName;
import java.util.Optional;

/**
 * What is set for one agent under {@code agents.<name>.…}.
 *
 * @param url where what answers is reached
 * @param model which model is to answer
 * @param apiKey what it is paid with; never shown
 */
public record AgentSettings(
    AgentName name,
    String type,
    Optional<String> url,
    Optional<String> model,
    Optional<Secret> apiKey) {}
