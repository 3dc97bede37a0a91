package dev.parley.gateway.bench.socket;

import dev.parley.gateway.auth.TokenSigner;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Scope;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** A server that is measured, and how one connects to it as some user. */
record Target(String name, Child server, TokenSigner signer) implements AutoCloseable {

  static final String GATEWAY = "Parley";
  static final String RAW = "raw Netty";

  private static final String HEAP = "-Xmx512m";
  private static final String TIER = "enterprise";

  /** The gateway as it is shipped, with its limits out of the way. */
  static Target gateway(Path jar, Path folder, int paceMillis)
      throws IOException, InterruptedException {
    byte[] bytes = new byte[32];
    ThreadLocalRandom.current().nextBytes(bytes);
    String secret = HexFormat.of().formatHex(bytes);
    List<String> arguments =
        List.of(
            HEAP,
            "-jar",
            jar.toString(),
            "--server.port=0",
            "--store.path=" + folder.resolve("store"),
            "--agents.builtin.pace=" + paceMillis + "ms",
            "--limits.unauthenticated_per_address=100000",
            "--limits.connections=100000",
            "--limits.frames_per_second=1000000",
            "--limits.frames_burst=1000000",
            "--limits.bytes_per_second=1GiB",
            "--limits.commands_per_minute=1000000",
            "--tiers." + TIER + ".connections=10000");
    Child child =
        Child.start(
            arguments, Map.of("PARLEY_AUTH_JWT_SECRET", secret), folder.resolve("gateway.log"));
    return new Target(GATEWAY, child, signer(Secret.of(secret)));
  }

  /** The raw server; it reads no tokens. */
  static Target raw(RawServer.Kind kind, Path folder, int paceMillis)
      throws IOException, InterruptedException {
    List<String> arguments =
        List.of(
            HEAP,
            "-cp",
            System.getProperty("java.class.path"),
            RawServer.class.getName(),
            kind.name(),
            Integer.toString(paceMillis));
    Child child = Child.start(arguments, Map.of(), folder.resolve("raw.log"));
    return new Target(RAW, child, signer(Secret.of("sent to be fair, and never looked at")));
  }

  private static TokenSigner signer(Secret secret) {
    return new TokenSigner(secret, Set.of(Scope.CHAT, Scope.AGENT), Clock.systemUTC());
  }

  /** The raw server tells users apart by their path. */
  URI address(String user) {
    String path = name.equals(GATEWAY) ? "/ws" : "/ws/" + user;
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
