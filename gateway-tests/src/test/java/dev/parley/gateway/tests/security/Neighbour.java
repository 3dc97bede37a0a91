package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URI;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * An innocent user of another tenant with an open run, who must not notice an attack. It also hears
 * what the gateway logs: no attack may be an error of the gateway. Used by the test thread.
 */
final class Neighbour implements AutoCloseable {
  /** What a gateway needs for a neighbour. */
  static final Map<String, String> SETTINGS =
      Map.of(
          "agents.actor.type", "actor",
          "runs.first_timeout", "1h",
          "runs.idle_timeout", "1h",
          "tiers.neighbour.rate", "1000");

  static final String RUN = "run";

  private final URI address;
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final WsClient client;
  private int messages;

  /** A neighbour in a gateway with {@link #SETTINGS}. */
  Neighbour(RunningGateway gateway) {
    this(
        gateway.address(),
        gateway
            .tokens()
            .signed(
                gateway.tokens().claims("nia").put("tenant", "next-door").put("tier", "neighbour")),
        Commands.startAgent("run", RUN, "actor", "[{\"do\":\"wait\"}]"));
  }

  /** A neighbour with this token, whose run begins with this command and does not end by itself. */
  Neighbour(URI gateway, String token, ObjectNode start) {
    address = gateway;
    log.start();
    root().addAppender(log);
    client = WsClient.open(gateway, token);
    client.ask(start);
    client.await("agent_started");
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  /**
   * Asserts that the neighbour is answered and stored, that its run goes on, that the gateway is
   * ready for a new socket, and that nothing was an error of the gateway.
   */
  void assertWell() {
    Received answer = client.ask(Commands.chat("n" + messages++, "notes", "still here"));
    assertThat(answer.type()).as("the neighbour: %s", answer).isEqualTo("accepted");
    assertThat(client.thread(RUN).events()).noneMatch(Received::isTerminal);
    try (RawClient probe = RawClient.open(address)) {
      assertThat(probe.request("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n").status()).isEqualTo(200);
    }
    synchronized (log) {
      assertThat(log.list.toArray(ILoggingEvent[]::new))
          .as("errors of the gateway")
          .noneMatch(event -> event.getLevel().isGreaterOrEqual(Level.ERROR));
    }
  }

  @Override
  public void close() {
    root().detachAppender(log);
    client.close();
  }
}
