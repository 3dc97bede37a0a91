package dev.parley.gateway.agent.push;

import dev.parley.gateway.agent.Agent;
import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.agent.AgentServices;
import dev.parley.gateway.agent.AgentSettings;
import dev.parley.gateway.agent.AgentThreads;
import dev.parley.gateway.agent.upstream.ApiKeyHeader;
import dev.parley.gateway.agent.upstream.Upstream;
import dev.parley.gateway.agent.upstream.UpstreamConfig;
import dev.parley.gateway.agent.upstream.UpstreamFactory;
import dev.parley.gateway.hook.HookDelivery;
import dev.parley.gateway.hook.HookSignature;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Makes agents that add the events of their runs themselves: type {@code push}. */
public final class PushProvider implements AgentProvider {

  /** The type in the settings. */
  public static final String TYPE = "push";

  @Override
  public String type() {
    return TYPE;
  }

  /** A hook is sent until it is accepted. */
  @Override
  public Set<String> keys() {
    Set<String> keys = new HashSet<>(UpstreamConfig.keys());
    keys.remove("retries");
    keys.addAll(List.of("url", "api_key", "secret", "public_url", "history"));
    return keys;
  }

  @Override
  public Set<String> needs() {
    return Set.of("url", "secret");
  }

  @Override
  public Agent create(AgentSettings settings, AgentServices services) {
    Upstream upstream = services.get(UpstreamFactory.class).open(ApiKeyHeader.BEARER);
    HookSender sender =
        new HookSender(
            upstream::send,
            settings.address(),
            new HookSignature(List.of(settings.secret().orElseThrow())),
            services.clock());
    return new PushAgent(
        new PushRun.PushParts(
            settings.name(),
            sender,
            upstream.places(),
            services.get(PushRuns.class),
            pauses(services),
            settings.publicUrl().map(url -> url.replaceFirst("/+$", "")).orElse(""),
            settings.historyBytes()));
  }

  /**
   * A hook is signed for each attempt, which is work: the thread that all agents share only times.
   */
  private static HookDelivery.Pauses pauses(AgentServices services) {
    Executor worker = services.get(AgentThreads.class).callbacks();
    return (millis, task) ->
        services.timer().schedule(() -> worker.execute(task), millis, TimeUnit.MILLISECONDS);
  }
}
