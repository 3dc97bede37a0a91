package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.RawJson;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The client of an agent {@code x}, as a test configures it before its first use. */
final class TestClient implements AutoCloseable {

  final VirtualTime time = new VirtualTime();
  final Metrics metrics = new Metrics();
  final Collector collector = new Collector();
  TestRun run = new TestRun("ann", "1");
  Map<String, Secret> credentials = Map.of();
  private final Map<String, String> settings = new HashMap<>();
  private final UpstreamClients clients = new UpstreamClients(time, () -> 0.5, metrics);
  private @Nullable Upstream upstream;

  void configure(String key, String value) {
    settings.put("agents.x." + key, value);
  }

  private UpstreamConfig config() {
    Problems problems = new Problems();
    UpstreamConfig config =
        Settings.read(from -> UpstreamConfig.read("x", from), settings, problems);
    assertThat(problems.lines()).isEmpty();
    return config;
  }

  Upstream upstream(URI url) {
    if (upstream == null) {
      upstream = clients.open("x", url, config(), credentials);
    }
    return upstream;
  }

  CompletionStage<StreamEnd> stream(ScriptedService service) {
    return stream(service.uri());
  }

  CompletionStage<StreamEnd> stream(URI url) {
    return upstream(url).stream(run.request(), call(url), collector);
  }

  CompletionStage<StreamEnd> stream(ScriptedService service, HttpCall call) {
    return upstream(service.uri()).stream(run.request(), call, collector);
  }

  static HttpCall call(URI url) {
    return HttpCall.post(url, Map.of(), RawJson.of("{}"));
  }

  List<String> events() {
    return collector.data;
  }

  @Override
  public void close() {
    clients.close();
  }
}
