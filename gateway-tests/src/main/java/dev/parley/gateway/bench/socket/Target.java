package dev.parley.gateway.bench.socket;

import dev.parley.gateway.auth.TokenSigner;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/** A measured server, with addresses and tokens for its users. */
record Target(String name, Child server, TokenSigner signer) implements AutoCloseable {

  static final String GATEWAY = "Parley";
  static final String OLD = "Parley, old";
  static final String RAW = "raw Netty";

  /**
   * A fixed number of compiler threads: the CPU time of an ended thread could not be subtracted.
   */
  private static final List<String> FLAGS =
      List.of("-Xmx512m", "-XX:-UseDynamicNumberOfCompilerThreads");

  private static final String TIER = "enterprise";
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
    byte[] bytes = new byte[32];
    ThreadLocalRandom.current().nextBytes(bytes);
    String secret = HexFormat.of().formatHex(bytes);
    Map<String, String> all = new TreeMap<>(HIGH_LIMITS);
    all.putAll(settings);
    all.put("server.port", "0");
    all.put("store.path", folder.resolve("store").toString());
    List<String> arguments = new ArrayList<>();
    all.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    Child child =
        Child.start(
            with(flags),
            classPath,
            WatchedGateway.class,
            arguments,
            Map.of("PARLEY_AUTH_JWT_SECRET", secret),
            folder.resolve("gateway.log"));
    return new Target(name, child, signer(Secret.of(secret)));
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
    return new Target(RAW, child, signer(Secret.of("a secret that the raw server ignores")));
  }

  private static List<String> with(List<String> flags) {
    return Stream.concat(FLAGS.stream(), flags.stream()).toList();
  }

  private static TokenSigner signer(Secret secret) {
    return new TokenSigner(secret, Set.of(Scope.CHAT, Scope.AGENT), Clock.systemUTC());
  }

  /** The raw server distinguishes users by the path. */
  URI address(String user) {
    String path = name.equals(RAW) ? "/ws/" + user : "/ws";
    return URI.create("ws://127.0.0.1:" + server.port() + path);
  }

  String token(String user) {
    return signer.sign(user, TIER).token();
  }

  @Override
  public void close() {
    server.close();
  }
}
