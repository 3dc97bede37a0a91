package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The client library on networks that break, are slow or fall silent. */
@Test(groups = {"error_recovery", "external"})
public class ClientNetworkTest extends GatewayTest {
  private static final int NUMBERS = 100;
  private static final String QUESTION = "count slowly to " + NUMBERS;
  private static final int FIRST_WAIT = 500;

  private FaultyNetwork network;
  private NodeProgram client;

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "30ms", "server.heartbeat", "500ms");
  }

  @BeforeMethod(alwaysRun = true)
  void startClient() {
    network = FaultyNetwork.to(gateway.address());
    Map<String, String> environment =
        Map.of(
            "PARLEY_URL",
            "ws://" + network.address().getAuthority() + "/ws",
            "PARLEY_TOKEN",
            gateway.tokens().of(ada),
            "PARLEY_QUESTION",
            QUESTION);
    client = NodeProgram.start(environment, "network-client.mjs");
  }

  @AfterMethod(alwaysRun = true)
  void stopClient() {
    client.close();
    network.close();
  }

  public void eventsDuringAnOutageAreReadAfterwards() {
    client.await(line -> line.path("type").asText().equals("agent_message"));
    network.cut();
    for (int tries = 0; tries < 2; tries++) {
      client.await("waiting");
    }
    network.heal();
    assertThatNothingIsMissing();
    assertThatWaitsGrowAtMostTwofold();
  }

  public void aSilentConnectionIsAbandonedAfterTwoHeartbeats() {
    client.await(line -> line.path("type").asText().equals("agent_message"));
    network.goSilent();
    assertThat(client.await("waiting").path("code").asInt()).isEqualTo(1006);
    network.heal();
    assertThatNothingIsMissing();
  }

  public void aSlowNetworkChangesOnlyTheTiming() {
    network.delay(Duration.ofMillis(40));
    assertThatNothingIsMissing();
    assertThat(client.lines()).noneMatch(line -> line.path("name").asText().equals("waiting"));
  }

  public void repeatedNetworkFailuresLoseNothing() {
    for (int times = 0; times < 3; times++) {
      client.await(line -> line.path("name").asText().equals("event"));
      network.breakAll();
      client.await("waiting");
    }
    assertThatNothingIsMissing();
  }

  private void assertThatNothingIsMissing() {
    String text = client.await("end").path("text").asText();
    String numbers =
        String.join(" ", IntStream.rangeClosed(1, NUMBERS).mapToObj(Integer::toString).toList());
    assertThat(text).contains(numbers);
    int expected = 1;
    for (JsonNode event : events()) {
      assertThat(event.path("seq_from").asInt()).isEqualTo(expected);
      expected = event.path("seq").asInt() + 1;
    }
  }

  private List<JsonNode> events() {
    return client.lines().stream()
        .filter(line -> line.path("name").asText().equals("event"))
        .toList();
  }

  /** Full jitter: each wait is between 0 and 500 ms, 1 s, 2 s, … */
  private void assertThatWaitsGrowAtMostTwofold() {
    int limit = FIRST_WAIT;
    for (JsonNode state : client.lines()) {
      if (state.path("name").asText().equals("waiting")) {
        assertThat(state.path("retryInMs").asDouble()).isBetween(0.0, (double) limit);
        limit *= 2;
      }
    }
    assertThat(limit).isGreaterThanOrEqualTo(4 * FIRST_WAIT);
  }
}
