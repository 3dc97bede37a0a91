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
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.transport.Admission;
import dev.parley.gateway.user.Services;
import dev.parley.gateway.user.UserContexts;
import java.util.ArrayList;
import java.util.List;

/** The endpoints of the HTTP side. */
final class Endpoints {

  private Endpoints() {}

  /** Those that tell the state of the process, from its start on. */
  static List<Endpoint> ofProcess(Phases phases) {
    return List.of(new Health(), new Readiness(phases));
  }

  /** All: the console, the calls of users and those of the operator. */
  static List<Endpoint> all(
      GatewayConfig config,
      Authentication authentication,
      Admission admission,
      Services services,
      UserContexts contexts,
      Phases phases) {
    TokenVerifier verifier = authentication.verifier();
    EventLog log = services.reads().log();
    List<Endpoint> all = new ArrayList<>(ofProcess(phases));
    all.addAll(Console.files());
    all.addAll(authentication.resources());
    Session.Terms terms =
        new Session.Terms(config.limits(), services.reads().heartbeat(), services.maxFrameBytes());
    all.add(new Session(verifier, terms, log, admission::refusal));
    all.add(new AgentList(verifier, services.runs().agents(), config.runs().defaultAgent()));
    all.add(new ThreadList(verifier, log));
    all.add(new ThreadDeletion(verifier, contexts));
    all.add(
        new ThreadEvents(
            verifier,
            new ThreadEvents.Source(
                log, services.reads().pages(), services.runs().metrics().outbound())));
    all.add(new CommandCall(verifier, contexts));
    if (log instanceof EmbeddedLog embedded) {
      all.add(new Backup(verifier, embedded::backUp));
    }
    return all;
  }
}
