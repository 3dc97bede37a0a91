package dev.parley.gateway.bench.socket;

import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.config.Problems;
import java.io.IOException;
import java.util.List;

/** The gateway as its main class starts it, with a {@link Probe}. */
public final class WatchedGateway {

  private WatchedGateway() {}

  /** Serves until its input ends. The arguments are those of the gateway. */
  public static void main(String[] args) throws IOException {
    Problems problems = new Problems();
    GatewayConfig config = GatewayConfig.read(List.of(args), System.getenv(), problems);
    try (Gateway gateway = Gateway.start(config, problems)) {
      System.out.println(gateway.greeting());
      new Probe(gateway.metrics()::snapshot).serve();
    }
  }
}
