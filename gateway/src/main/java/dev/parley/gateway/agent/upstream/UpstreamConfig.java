package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.config.HeaderLine;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.SettingPrefix;
import dev.parley.gateway.config.Settings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How the service of one agent is asked, {@code agents.<name>.…}.
 *
 * @param connectTimeout until the connection stands, TLS and proxy included
 * @param firstByteTimeout from the request until the head of the answer
 * @param idleTimeout between two bytes of the answer; comments count, waiting for the log does not
 * @param retries maximum of further attempts, before the first event
 * @param concurrency maximum of runs at once, or of runs whose hook is on its way; one user has at
 *     most half of it
 * @param headers added to every request
 * @param authorities that are trusted in place of those of Java; empty for those of Java
 * @param identitySecret signs the identity; empty when there is none
 */
public record UpstreamConfig(
    Duration connectTimeout,
    Duration firstByteTimeout,
    Duration idleTimeout,
    int retries,
    int concurrency,
    List<HeaderLine> headers,
    Optional<ForwardProxy> proxy,
    List<X509Certificate> authorities,
    IdentityMode identity,
    Secret identitySecret) {

  private static final SettingPrefix AGENTS = new SettingPrefix("agents");
  private static final SettingPrefix TOOLS = new SettingPrefix("tools");
  private static final Secret NO_SECRET = Secret.of("");
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(10);
  private static final int MIN_SECRET = 32;

  private static final SettingFamily<Duration> CONNECT_TIMEOUT =
      AGENTS.family(
          "connect_timeout",
          Quantities.duration("10ms", "10m"),
          "Maximum time until the connection to the agent's service stands; 10s if not set.");
  private static final SettingFamily<Duration> FIRST_BYTE_TIMEOUT =
      AGENTS.family(
          "first_byte_timeout",
          Quantities.duration("10ms", "24h"),
          "Maximum time from the request until the service begins to answer; 120s if not set.");
  private static final SettingFamily<Duration> IDLE_TIMEOUT =
      AGENTS.family(
          "idle_timeout",
          Quantities.duration("10ms", "24h"),
          "Maximum time between two bytes of the answer, comments included; 120s if not set.");
  private static final SettingFamily<Integer> RETRIES =
      AGENTS.family(
          "retries",
          Parsers.integer(0, 2),
          "How often a request is sent again that failed before its first event; 2 if not set.");
  private static final SettingFamily<Integer> CONCURRENCY =
      AGENTS.family(
          "concurrency",
          Parsers.integer(2, 100_000),
          "Maximum number of runs of the agent at once, for push of runs whose hook is on its way;"
              + " one user has at most half of it; 1000 if not set.");
  private static final SettingFamily<List<HeaderLine>> HEADERS =
      AGENTS.family(
          "headers",
          HeaderLine.LIST,
          "Headers of every request to the service: a list of Name: value, or a mapping in the"
              + " file; never shown.");
  private static final SettingFamily<List<HeaderLine>> HEADERS_FILE =
      AGENTS.family(
          "headers_file",
          Secrets.file(HeaderLine.LIST),
          "File with more headers, one Name: value in each line.");
  private static final SettingFamily<Optional<ForwardProxy>> PROXY =
      AGENTS.family("proxy", ForwardProxy.PARSER, "HTTP proxy through which the service is asked.");
  private static final SettingFamily<List<X509Certificate>> CA_FILE =
      AGENTS.family(
          "ca_file",
          Parser.of("a readable PEM file with certificates", UpstreamConfig::certificates),
          "Certificate authorities that the service's certificate is checked with, in place of"
              + " those of Java.");
  private static final SettingFamily<IdentityMode> IDENTITY =
      AGENTS.family(
          "identity",
          Parsers.oneOf(IdentityMode.class),
          "How the service learns for whom a run is: none, signed headers, or a token made for the"
              + " run (jwt); none if not set.");
  private static final SettingFamily<Optional<Secret>> IDENTITY_SECRET =
      AGENTS.optional(
          "identity_secret",
          Secrets.text(MIN_SECRET),
          "Secret that signs the identity (HMAC-SHA256), known to the service; never shown.");
  private static final SettingFamily<Optional<Secret>> IDENTITY_SECRET_FILE =
      AGENTS.optional(
          "identity_secret_file",
          Secrets.file(MIN_SECRET),
          "File with that secret, in place of agents.<name>.identity_secret.");

  private static final List<SettingFamily<?>> ALL =
      List.of(
          CONNECT_TIMEOUT,
          FIRST_BYTE_TIMEOUT,
          IDLE_TIMEOUT,
          RETRIES,
          CONCURRENCY,
          HEADERS,
          HEADERS_FILE,
          PROXY,
          CA_FILE,
          IDENTITY,
          IDENTITY_SECRET,
          IDENTITY_SECRET_FILE);

  private static final SettingFamily<List<HeaderLine>> TOOL_HEADERS =
      TOOLS.family(
          "headers",
          HeaderLine.LIST,
          "Headers of every call of the tool: a list of Name: value, or a mapping in the file;"
              + " never shown.");
  private static final SettingFamily<List<HeaderLine>> TOOL_HEADERS_FILE =
      TOOLS.family(
          "headers_file",
          Secrets.file(HeaderLine.LIST),
          "File with more headers, one Name: value in each line.");
  private static final SettingFamily<Optional<ForwardProxy>> TOOL_PROXY =
      TOOLS.family("proxy", ForwardProxy.PARSER, "HTTP proxy through which the tool is called.");
  private static final SettingFamily<List<X509Certificate>> TOOL_CA_FILE =
      TOOLS.family(
          "ca_file",
          CA_FILE.parser(),
          "Certificate authorities that the tool's certificate is checked with, in place of those"
              + " of Java.");

  public UpstreamConfig {
    headers = List.copyOf(headers);
    authorities = List.copyOf(authorities);
  }

  /**
   * Reads the settings of the connection of one tool.
   *
   * @param timeout of a whole call, which is the only limit once there is a connection
   */
  public static UpstreamConfig ofTool(String tool, Duration timeout, Settings settings) {
    return new UpstreamConfig(
        CONNECT_LIMIT.compareTo(timeout) < 0 ? CONNECT_LIMIT : timeout,
        timeout,
        timeout,
        0,
        Integer.MAX_VALUE,
        headers(List.of(TOOL_HEADERS, TOOL_HEADERS_FILE), tool, settings),
        settings.get(TOOL_PROXY, tool, Optional.empty()),
        settings.get(TOOL_CA_FILE, tool, List.of()),
        IdentityMode.NONE,
        NO_SECRET);
  }

  /** The last parts of the names of these settings: {@code connect_timeout}. */
  public static List<String> keys() {
    return ALL.stream().<String>map(SettingFamily::suffix).toList();
  }

  /** Reads the settings of one agent. */
  public static UpstreamConfig read(String agent, Settings settings) {
    IdentityMode identity = settings.get(IDENTITY, agent, IdentityMode.NONE);
    return new UpstreamConfig(
        settings.get(CONNECT_TIMEOUT, agent, CONNECT_LIMIT),
        settings.get(FIRST_BYTE_TIMEOUT, agent, Duration.ofMinutes(2)),
        settings.get(IDLE_TIMEOUT, agent, Duration.ofMinutes(2)),
        settings.get(RETRIES, agent, 2),
        settings.get(CONCURRENCY, agent, 1000),
        headers(List.of(HEADERS, HEADERS_FILE), agent, settings),
        settings.get(PROXY, agent, Optional.empty()),
        settings.get(CA_FILE, agent, List.of()),
        identity,
        identitySecret(agent, identity, settings));
  }

  /** Refuses an identity that is signed with the key of something else. */
  public void refuseSecret(String agent, Secret other, Settings settings) {
    if (identitySecret.length() > 0 && identitySecret.equals(other)) {
      settings.refuse(secretSetting(agent, settings), "a secret of its own, not that of auth.jwt");
    }
  }

  private static Setting<Optional<Secret>> secretSetting(String agent, Settings settings) {
    SettingFamily<Optional<Secret>> family =
        settings.isSet(IDENTITY_SECRET_FILE, agent) ? IDENTITY_SECRET_FILE : IDENTITY_SECRET;
    return family.of(agent, Optional.empty());
  }

  private static List<HeaderLine> headers(
      List<SettingFamily<List<HeaderLine>>> families, String agent, Settings settings) {
    List<HeaderLine> all = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (SettingFamily<List<HeaderLine>> family : families) {
      Setting<List<HeaderLine>> setting = family.of(agent, List.of());
      List<HeaderLine> given = settings.get(family, agent, List.of());
      all.addAll(HeaderLine.allowed(given, names, setting, settings));
    }
    return all;
  }

  private static Secret identitySecret(String agent, IdentityMode identity, Settings settings) {
    Optional<Secret> given = settings.either(IDENTITY_SECRET, IDENTITY_SECRET_FILE, agent);
    boolean isSet =
        settings.isSet(IDENTITY_SECRET, agent) || settings.isSet(IDENTITY_SECRET_FILE, agent);
    if (identity == IdentityMode.NONE && isSet) {
      settings.refuse(secretSetting(agent, settings), "no secret, because identity is none");
    } else if (identity != IdentityMode.NONE && !isSet) {
      settings.refuse(secretSetting(agent, settings), "a secret, because identity is not none");
    }
    return given.orElse(NO_SECRET);
  }

  private static Optional<List<X509Certificate>> certificates(String path) {
    try (InputStream in = Files.newInputStream(Path.of(path))) {
      List<X509Certificate> certificates =
          CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
              .filter(X509Certificate.class::isInstance)
              .map(X509Certificate.class::cast)
              .toList();
      return Optional.of(certificates).filter(found -> !found.isEmpty());
    } catch (IOException | CertificateException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
