package dev.parley.gateway;

import dev.parley.gateway.agent.setup.AgentsConfig;
import dev.parley.gateway.alert.AlertConfig;
import dev.parley.gateway.audit.AuditConfig;
import dev.parley.gateway.auth.JwtConfig;
import dev.parley.gateway.auth.RevocationConfig;
import dev.parley.gateway.auth.VerificationConfig;
import dev.parley.gateway.config.Catalogue;
import dev.parley.gateway.config.Manual;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.config.Settings.Sources;
import dev.parley.gateway.http.DevConfig;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.notify.NotifyConfig;
import dev.parley.gateway.tls.TlsConfig;
import dev.parley.gateway.trace.TraceConfig;
import dev.parley.gateway.transport.ListenerConfig;
import dev.parley.gateway.transport.OpsConfig;
import dev.parley.gateway.transport.OriginConfig;
import dev.parley.gateway.transport.OutboundConfig;
import dev.parley.gateway.transport.ProxyConfig;
import dev.parley.gateway.user.DrainConfig;
import dev.parley.gateway.user.read.ReadConfig;
import dev.parley.gateway.user.run.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All settings of the gateway, one record for each part that they configure.
 *
 * @param settings where they come from, to be read again
 */
public record GatewayConfig(
    ListenerConfig listener,
    Optional<TlsConfig> tls,
    Optional<OpsConfig> ops,
    ProxyConfig proxies,
    JwtConfig jwt,
    RevocationConfig revocations,
    VerificationConfig verification,
    OriginConfig origins,
    StoreConfig store,
    Retention retention,
    RunConfig runs,
    DrainConfig drain,
    AgentsConfig agents,
    ReadConfig reads,
    OutboundConfig outbound,
    LimitConfig limits,
    AlertConfig alerts,
    AuditConfig audit,
    NotifyConfig notifications,
    TraceConfig traces,
    DevConfig dev,
    Settings settings) {

  private static final Catalogue CATALOGUE = Settings.catalogue(GatewayConfig::read);

  /**
   * Reads file, environment and command line. If {@code problems} is not empty afterwards, the
   * result has defaults in the place of refused values, and is of no use.
   */
  public static GatewayConfig read(
      List<String> args, Map<String, String> environment, Problems problems) {
    return read(new Sources(args, environment, Path.of("")), problems);
  }

  static GatewayConfig read(Sources sources, Problems problems) {
    return Settings.read(GatewayConfig::read, sources, problems);
  }

  /**
   * The defaults with some values replaced, read from neither file nor environment; for tests and
   * for embedding.
   *
   * @throws IllegalArgumentException with all problems in its message
   */
  public static GatewayConfig of(Map<String, String> overrides) {
    Problems problems = new Problems();
    GatewayConfig config = Settings.read(GatewayConfig::read, overrides, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.toString());
    }
    return config;
  }

  static GatewayConfig read(Settings settings) {
    GatewayConfig config =
        new GatewayConfig(
            ListenerConfig.read(settings),
            TlsConfig.read(settings),
            OpsConfig.read(settings),
            ProxyConfig.read(settings),
            JwtConfig.read(settings),
            RevocationConfig.read(settings),
            VerificationConfig.read(settings),
            OriginConfig.read(settings),
            StoreConfig.read(settings),
            Retention.read(settings),
            RunConfig.read(settings),
            DrainConfig.read(settings),
            AgentsConfig.read(settings),
            ReadConfig.read(settings),
            OutboundConfig.read(settings),
            LimitConfig.read(settings),
            AlertConfig.read(settings),
            AuditConfig.read(settings),
            NotifyConfig.read(settings),
            TraceConfig.read(settings),
            DevConfig.read(settings),
            settings);
    config.checkMode(settings);
    config.checkSecrets(settings);
    config.notifications.checkAgents(config.agents.agents().keySet(), settings);
    config.ops.ifPresent(ops -> ops.checkPort(config.listener.binding().port(), settings));
    config.alerts.stalls().checkStall(config.listener.timeouts().stall(), settings);
    config
        .alerts
        .objectives()
        .forEach(objective -> objective.checkTier(config.limits.tiers().keySet(), settings));
    return config;
  }

  /** A service that knows the key of tokens could make some for any user. */
  private void checkSecrets(Settings settings) {
    jwt.secrets()
        .forEach(
            key -> {
              agents.agents().values().forEach(agent -> agent.refuseSecret(key, settings));
              alerts.refuseSecret(key, settings);
              notifications.refuseSecret(key, settings);
              traces.refuseSecret(key, settings);
            });
  }

  /** Development mode serves this machine only, and its settings need it. */
  private void checkMode(Settings settings) {
    boolean development = !JwtConfig.isSet(settings);
    if (development && !listener.binding().isLoopback()) {
      settings.refuse(
          ListenerConfig.HOST,
          "a loopback address, or auth.jwt.secret: without it this is development mode, which"
              + " hands out tokens");
    }
    if (development && proxies.protocol() != ProxyConfig.Protocol.OFF) {
      settings.refuse(
          ProxyConfig.PROTOCOL,
          "off, or auth.jwt.secret: without it this is development mode, which hands out tokens to"
              + " this machine alone");
    }
    if (development && !ops.map(OpsConfig::isLoopback).orElse(true)) {
      settings.refuse(
          OpsConfig.HOST,
          "a loopback address, or auth.jwt.secret: without it this is development mode");
    }
    if (!development && dev.admin()) {
      settings.refuse(DevConfig.ADMIN, "false beside auth.jwt: only development mode has it");
    }
  }

  /** Whether the gateway hands out tokens itself, because no setting of tokens is set. */
  public boolean developmentMode() {
    return jwt.issuers().isEmpty();
  }

  public static boolean asksForHelp(List<String> args) {
    return args.contains("--help") || args.contains("-h");
  }

  public static boolean asksForVersion(List<String> args) {
    return args.contains("--version");
  }

  /** The text of {@code --help}. */
  public static String help() {
    return new Manual(CATALOGUE).text();
  }

  /** The content of {@code docs/configuration.md}. */
  static String documentation() {
    return new Manual(CATALOGUE).markdown();
  }

  static Catalogue catalogue() {
    return CATALOGUE;
  }
}
