package dev.parley.gateway;

import dev.parley.gateway.alert.Alerts;
import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.config.Reloads;
import dev.parley.gateway.http.AgentListEndpoint;
import dev.parley.gateway.http.AlertsEndpoint;
import dev.parley.gateway.http.AuditEndpoint;
import dev.parley.gateway.http.BackupEndpoint;
import dev.parley.gateway.http.BroadcastEndpoint;
import dev.parley.gateway.http.BroadcastsEndpoint;
import dev.parley.gateway.http.CommandEndpoint;
import dev.parley.gateway.http.ConnectionsEndpoint;
import dev.parley.gateway.http.Console;
import dev.parley.gateway.http.DisconnectEndpoint;
import dev.parley.gateway.http.DocumentEndpoint;
import dev.parley.gateway.http.Endpoint;
import dev.parley.gateway.http.EraseEndpoint;
import dev.parley.gateway.http.HealthEndpoint;
import dev.parley.gateway.http.HistoryEndpoint;
import dev.parley.gateway.http.MetricsEndpoint;
import dev.parley.gateway.http.OperatorAccess;
import dev.parley.gateway.http.ReadinessEndpoint;
import dev.parley.gateway.http.ReloadEndpoint;
import dev.parley.gateway.http.RevocationRemovalEndpoint;
import dev.parley.gateway.http.RevocationsEndpoint;
import dev.parley.gateway.http.RunEventsEndpoint;
import dev.parley.gateway.http.SessionEndpoint;
import dev.parley.gateway.http.Side;
import dev.parley.gateway.http.ThreadDeletionEndpoint;
import dev.parley.gateway.http.ThreadEventsEndpoint;
import dev.parley.gateway.http.ThreadListEndpoint;
import dev.parley.gateway.http.UserThreadsEndpoint;
import dev.parley.gateway.http.UserTimelineEndpoint;
import dev.parley.gateway.http.UsersEndpoint;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.embedded.EmbeddedLog;
import dev.parley.gateway.monitor.FigureHistory;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.transport.Admission;
import dev.parley.gateway.transport.OpsConfig;
import dev.parley.gateway.user.Services;
import dev.parley.gateway.user.UserContexts;
import dev.parley.gateway.user.inbox.Broadcasts;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The endpoints of the HTTP side. */
final class Endpoints {

  private Endpoints() {}

  /**
   * The endpoints of each listener.
   *
   * @param operators of the listener of operators; nothing serves them if there is none
   */
  record Served(List<Endpoint> users, List<Endpoint> operators) {

    /** Of all, those that each listener serves, and the document that describes them. */
    static Served of(List<Endpoint> all, boolean isSplit) {
      return new Served(
          described(all, isSplit ? Side.USERS : Side.BOTH), described(all, Side.OPERATORS));
    }

    private static List<Endpoint> described(List<Endpoint> all, Side listener) {
      List<Endpoint> served = new ArrayList<>();
      all.stream().filter(each -> listener.serves(each.side())).forEach(served::add);
      served.add(DocumentEndpoint.openApi(Version.number(), () -> served));
      return served;
    }
  }

  /** Those that tell the state of the process, from its start on. */
  static Served ofProcess(Phases phases) {
    List<Endpoint> process = process(phases);
    return new Served(process, process);
  }

  private static List<Endpoint> process(Phases phases) {
    return List.of(new HealthEndpoint(), new ReadinessEndpoint(phases));
  }

  /** All: the console, the calls of users and those of the operator. */
  static Served all(
      GatewayConfig config,
      Authentication authentication,
      AgentRuntime agents,
      Admission admission,
      LiveConnections live,
      Services services,
      UserContexts contexts,
      Phases phases,
      Broadcasts broadcasts,
      FigureHistory history,
      Alerts alerts,
      Audit audit,
      Revocations revocations,
      Reloads reloads,
      Clock clock) {
    OperatorAccess access = new OperatorAccess(audit);
    EventLog log = services.reads().log();
    List<Endpoint> all = new ArrayList<>(process(phases));
    all.addAll(Console.files());
    all.addAll(authentication.endpoints());
    all.add(DocumentEndpoint.asyncApi(Version.number()));
    SessionEndpoint.SessionTerms terms =
        new SessionEndpoint.SessionTerms(
            config.limits(), services.reads().heartbeat(), services.maxFrameBytes());
    all.add(new SessionEndpoint(terms, log, admission::refusal));
    all.add(new AgentListEndpoint(services.runs().agents(), config.runs().defaultAgent()));
    all.add(new ThreadListEndpoint(log));
    all.add(new ThreadDeletionEndpoint(contexts));
    all.add(
        new ThreadEventsEndpoint(
            new ThreadEventsEndpoint.PageSource(
                log, services.reads().pages(), services.runs().metrics().outbound())));
    all.add(new CommandEndpoint(contexts, services.runs().metrics(), live.errors()));
    boolean isOpenToMachine = config.ops().map(OpsConfig::isLoopback).orElse(false);
    all.add(new MetricsEndpoint(access, services.runs().metrics().scrape(), isOpenToMachine));
    all.add(new HistoryEndpoint(access, history, services.runs().metrics().scrape(), clock));
    all.add(new AlertsEndpoint(access, alerts));
    all.add(new BroadcastsEndpoint(access, broadcasts, config.limits().tiers().keySet()));
    all.add(new BroadcastEndpoint(access, broadcasts, clock));
    all.add(new UsersEndpoint(access, log, live, config.limits()));
    all.add(new UserThreadsEndpoint(access, log));
    all.add(
        new UserTimelineEndpoint(
            access, log, services.reads().pages(), services.runs().callbacks()));
    all.add(new RunEventsEndpoint(agents.runTokens(), agents.pushed(), log));
    all.add(new AuditEndpoint(access));
    all.add(new DisconnectEndpoint(access, live));
    all.add(new RevocationsEndpoint(access, revocations, live, clock));
    all.add(new RevocationRemovalEndpoint(access, revocations));
    all.add(new EraseEndpoint(access, new EraseEndpoint.Parts(log, contexts, live, broadcasts)));
    all.add(new ConnectionsEndpoint(access, live, config.limits(), clock));
    all.add(new ReloadEndpoint(access, reloads));
    if (log instanceof EmbeddedLog embedded) {
      all.add(new BackupEndpoint(access, embedded::backUp));
    }
    return Served.of(all, config.ops().isPresent());
  }
}
