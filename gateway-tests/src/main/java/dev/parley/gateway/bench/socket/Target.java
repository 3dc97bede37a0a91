package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.Main;
import dev.parley.gateway.config.Secret;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A measured server, with addresses and tokens for its users. */
record Target(
    String name, Child server, Tokens tokens, Secret secret, @Nullable ClientTls clientTls)
    implements AutoCloseable {

  /** The variable with the secret of the gateway. */
  static final String SECRET = "PARLEY_AUTH_JWT_SECRET";

  static final String GATEWAY = "Parley";
  static final String OLD = "Parley, old";
  static final String PLAIN = "Parley, no TLS";
  static final String UNTRACED = "Parley, no traces";
  static final String RAW = "raw Netty";

  /**
   * A fixed number of compiler threads: the CPU time of an ended thread could not be subtracted.
   */
  private static final List<String> FLAGS =
      List.of("-Xmx512m", "-XX:-UseDynamicNumberOfCompilerThreads");

  static final String TIER = "enterprise";
  private static final Map<String, String> HIGH_LIMITS =
      Map.of(
          "limits.unauthenticated_per_address",
          "100000",
          "limits.connections",
          "100000",
          "limits.frames_per_second",
          "1000000",
          "limits.frames_burst",
          "1000000",
          "limits.bytes_per_second",
          "1GiB",
          "limits.commands_per_minute",
          "1000000",
          "tiers." + TIER + ".connections",
          "10000");

  /** The gateway with these settings, high limits and its store in the folder. */
  static Target gateway(Path folder, List<String> flags, Map<String, String> settings)
      throws IOException {
    return gateway(GATEWAY, Child.ownClassPath(), folder, flags, settings);
  }

  /** A gateway of another class path. */
  static Target gateway(
      String name, String classPath, Path folder, List<String> flags, Map<String, String> settings)
      throws IOException {
    return gateway(
        new Variant("HS256", ClientTls.Kind.OFF), name, classPath, folder, flags, settings);
  }

  /** A gateway of this variant. */
  static Target gateway(Variant variant, String name, Path folder, Map<String, String> settings)
      throws IOException {
    return gateway(variant, name, Child.ownClassPath(), folder, List.of(), settings);
  }

  private static Target gateway(
      Variant variant,
      String name,
      String classPath,
      Path folder,
      List<String> flags,
      Map<String, String> settings)
      throws IOException {
    Secret secret = newSecret();
    Variant.Made made = variant.make(secret, folder);
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(made.settings());
    boolean hasSecret = variant.algorithm().equals("HS256");
    Child child =
        Child.start(
            with(flags),
            classPath,
            WatchedGateway.class,
            arguments(folder, all, 0),
            hasSecret ? environment(secret) : Map.of(),
            folder.resolve("gateway.log"));
    boolean isPlain = variant.tls() == ClientTls.Kind.OFF;
    return new Target(
        name, child, made.tokens(), secret, isPlain ? null : new ClientTls(variant.tls()));
  }

  /** A gateway without a probe, which ends on SIGTERM as it does in production. */
  static Target main(Path folder, Map<String, String> settings) throws IOException {
    return main(folder, settings, 0, newSecret(), "first.log");
  }

  /** Another one with the store, the port and the secret of this one, which has ended. */
  Target next(Path folder, Map<String, String> settings) throws IOException {
    return main(folder, settings, server.port(), secret, "second.log");
  }

  private static Target main(
      Path folder, Map<String, String> settings, int port, Secret secret, String output)
      throws IOException {
    Child child =
        Child.start(
            FLAGS,
            Child.ownClassPath(),
            Main.class,
            arguments(folder, settings, port),
            environment(secret),
            folder.resolve(output));
    return new Target(GATEWAY, child, Tokens.of(secret), secret, null);
  }

  private static Secret newSecret() {
    byte[] bytes = new byte[32];
    ThreadLocalRandom.current().nextBytes(bytes);
    return Secret.of(HexFormat.of().formatHex(bytes));
  }

  private static List<String> arguments(Path folder, Map<String, String> settings, int port) {
    Map<String, String> all = new TreeMap<>(HIGH_LIMITS);
    all.putAll(settings);
    all.put("server.port", Integer.toString(port));
    all.put("store.path", folder.resolve("store").toString());
    List<String> arguments = new ArrayList<>();
    all.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    return arguments;
  }

  /** What a process needs that signs tokens for the gateway with this secret, or checks them. */
  static Map<String, String> environment(Secret secret) {
    return Map.of(SECRET, new String(secret.bytes(), UTF_8));
  }

  /** The raw server; it ignores tokens. */
  static Target raw(RawServer.RawKind kind, Path folder, List<String> flags, int paceMillis)
      throws IOException {
    Child child =
        Child.start(
            with(flags),
            Child.ownClassPath(),
            RawServer.class,
            List.of(kind.name(), Integer.toString(paceMillis)),
            Map.of(),
            folder.resolve("raw.log"));
    Secret ignored = Secret.of("a secret that the raw server ignores");
    return new Target(RAW, child, Tokens.of(ignored), ignored, null);
  }

  private static List<String> with(List<String> flags) {
    return Stream.concat(FLAGS.stream(), flags.stream()).toList();
  }

  /** The raw server distinguishes users by the path. */
  URI address(String user) {
    String path = name.equals(RAW) ? "/ws/" + user : "/ws";
    return URI.create((clientTls == null ? "ws" : "wss") + "://127.0.0.1:" + server.port() + path);
  }

  String token(String user) {
    return tokens.of(user, false);
  }

  /** A token with all scopes. */
  String operatorToken() {
    return tokens.of("operator", true);
  }

  @Override
  public void close() {
    server.close();
  }
}
