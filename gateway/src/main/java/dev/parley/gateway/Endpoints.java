package dev.parley.gateway;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.http.AgentList;
import dev.parley.gateway.http.Backup;
import dev.parley.gateway.http.CommandCall;
import dev.parley.gateway.http.Console;
import dev.parley.gateway.http.Endpoint;
import dev.parley.gateway.http.Health;
import dev.parley.gateway.http.Readiness;
import dev.parley.gateway.http.Session;
import dev.parley.gateway.http.ThreadDeletion;
import dev.parley.gateway.http.ThreadEvents;
import dev.parley.gateway.http.ThreadList;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.transport.Admission;
import dev.parley.gateway.user.Services;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Everything that is answered over HTTP. */
final class Endpoints {

  private Endpoints() {}

  /** The page, the user's calls and the operator's. */
  static List<Endpoint> of(
      GatewayConfig config, Identity identity, Admission admission, Late<Ready> ready) {
    TokenVerifier verifier = identity.verifier();
    Supplier<EventLog> log = () -> ready.get().services().reads().log();
    List<Endpoint> all = new ArrayList<>(Console.files());
    all.addAll(identity.resources());
    Session.Terms terms =
        new Session.Terms(
            config.limits(), config.listener().heartbeat(), config.listener().maxFrameBytes());
    all.add(new Session(verifier, terms, log, admission::refusal));
    all.add(
        new AgentList(
            verifier, () -> ready.get().services().runs().agents(), config.runs().defaultAgent()));
    all.add(new ThreadList(verifier, log));
    all.add(new ThreadDeletion(verifier, () -> ready.get().contexts()));
    all.add(new ThreadEvents(verifier, () -> pages(ready.get().services())));
    all.add(new CommandCall(verifier, () -> ready.get().routes()));
    return all;
  }

  private static ThreadEvents.Source pages(Services services) {
    return new ThreadEvents.Source(
        services.reads().log(), services.reads().pages(), services.runs().metrics().outbound());
  }

  /** What tells how the process fares. */
  static List<Endpoint> ofProcess(
      GatewayConfig config, Identity identity, Phases phases, StoreLifecycle store) {
    List<Endpoint> all = new ArrayList<>(List.of(new Health(), new Readiness(phases)));
    if (config.store().type() == StoreConfig.Type.EMBEDDED) {
      all.add(new Backup(identity.verifier(), store::backUp));
    }
    return all;
  }
}
