package dev.parley.gateway;

import dev.parley.gateway.agent.AgentsConfig;
import dev.parley.gateway.agent.builtin.BuiltinConfig;
import dev.parley.gateway.auth.JwtConfig;
import dev.parley.gateway.config.Catalogue;
import dev.parley.gateway.config.Manual;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.config.Settings.Sources;
import dev.parley.gateway.http.DevConfig;
import dev.parley.gateway.limit.LimitConfig;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.transport.ListenerConfig;
import dev.parley.gateway.transport.OriginConfig;
import dev.parley.gateway.transport.OutboundConfig;
import dev.parley.gateway.transport.ProxyConfig;
import dev.parley.gateway.user.DrainConfig;
import dev.parley.gateway.user.read.ReadConfig;
import dev.parley.gateway.user.run.RunConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** All settings of the gateway, one record for each part of the house that they configure. */
public record GatewayConfig(
    ListenerConfig listener,
    ProxyConfig proxies,
    OriginConfig origins,
    JwtConfig jwt,
    DevConfig dev,
    StoreConfig store,
    Retention retention,
    RunConfig runs,
    DrainConfig drain,
    AgentsConfig agents,
    ReadConfig reads,
    OutboundConfig outbound,
    BuiltinConfig builtin,
    LimitConfig limits) {

  private static final Catalogue CATALOGUE =
      new Catalogue(
          Stream.of(
                  ListenerConfig.KEYS,
                  ProxyConfig.KEYS,
                  JwtConfig.KEYS,
                  OriginConfig.KEYS,
                  StoreConfig.KEYS,
                  Retention.KEYS,
                  RunConfig.KEYS,
                  DrainConfig.KEYS,
                  AgentsConfig.KEYS,
                  ReadConfig.KEYS,
                  OutboundConfig.KEYS,
                  BuiltinConfig.KEYS,
                  LimitConfig.KEYS,
                  DevConfig.KEYS)
              .<Setting>flatMap(List::stream)
              .toList());

  /**
   * Reads file, environment and command line. Of use only when {@code problems} stays empty:
   * otherwise defaults stand where something was refused.
   */
  public static GatewayConfig read(
      List<String> args, Map<String, String> environment, Problems problems) {
    return read(new Sources(args, environment, Path.of("")), problems);
  }

  /**
   * The defaults with some values replaced, read like everything else but from no file and no
   * environment; for tests and for embedding.
   *
   * @throws IllegalArgumentException with all problems in its message
   */
  public static GatewayConfig of(Map<String, String> overrides) {
    Problems problems = new Problems();
    GatewayConfig config = read(Settings.of(overrides, CATALOGUE, problems), problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(problems.toString());
    }
    return config;
  }

  static GatewayConfig read(Sources sources, Problems problems) {
    return read(Settings.read(sources, CATALOGUE, problems), problems);
  }

  private static GatewayConfig read(Settings settings, Problems problems) {
    GatewayConfig config =
        new GatewayConfig(
            ListenerConfig.read(settings, problems),
            ProxyConfig.read(settings, problems),
            OriginConfig.read(settings, problems),
            JwtConfig.read(settings, problems),
            DevConfig.read(settings, problems),
            StoreConfig.read(settings, problems),
            Retention.read(settings, problems),
            RunConfig.read(settings, problems),
            DrainConfig.read(settings, problems),
            AgentsConfig.read(settings, problems),
            ReadConfig.read(settings, problems),
            OutboundConfig.read(settings, problems),
            BuiltinConfig.read(settings, problems),
            LimitConfig.read(settings, problems));
    config.checkMode(settings, problems);
    return config;
  }

  /** Development mode is for this machine alone, and what belongs to it for nothing else. */
  private void checkMode(Settings settings, Problems problems) {
    boolean development = !JwtConfig.isSet(settings);
    if (development && !listener.isLoopback()) {
      settings.refuse(
          ListenerConfig.HOST,
          "a loopback address, or auth.jwt.secret: without it this is development mode, which"
              + " hands out tokens",
          problems);
    }
    if (development && proxies.protocol() != ProxyConfig.Protocol.OFF) {
      settings.refuse(
          ProxyConfig.PROTOCOL,
          "off, or auth.jwt.secret: without it this is development mode, which hands out tokens to"
              + " this machine alone",
          problems);
    }
    if (!development && dev.admin()) {
      settings.refuse(
          DevConfig.ADMIN, "false beside auth.jwt: only development mode has it", problems);
    }
  }

  /** Whether the gateway hands out tokens itself, because no key of auth.jwt is set. */
  public boolean developmentMode() {
    return jwt.secret().isEmpty();
  }

  public static boolean asksForHelp(List<String> args) {
    return args.contains("--help") || args.contains("-h");
  }

  public static boolean asksForVersion(List<String> args) {
    return args.contains("--version");
  }

  /** What {@code --help} prints. */
  public static String help() {
    return new Manual(CATALOGUE).text();
  }

  /** What {@code docs/configuration.md} contains. */
  static String documentation() {
    return new Manual(CATALOGUE).markdown();
  }

  static Catalogue catalogue() {
    return CATALOGUE;
  }
}
