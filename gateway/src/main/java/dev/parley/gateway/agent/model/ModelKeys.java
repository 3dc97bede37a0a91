package dev.parley.gateway.agent.model;

import dev.parley.gateway.agent.upstream.UpstreamConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The settings of agents that are language models: the last parts of their names. */
public final class ModelKeys {

  /** Those without which there is no agent. */
  public static final Set<String> NEEDED = Set.of("url", "model");

  /** All that these types take. */
  public static final Set<String> ALL =
      Stream.of(
              NEEDED,
              UpstreamConfig.keys(),
              List.of("api_key", "system", "parameters", "history", "max_steps", "tools"))
          .flatMap(keys -> keys.stream())
          .collect(Collectors.toUnmodifiableSet());

  private ModelKeys() {}
}
