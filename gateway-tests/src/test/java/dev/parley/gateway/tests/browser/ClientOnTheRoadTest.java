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

/** The client module on its way through networks that get lost, slow and silent. */
@Test(groups = {"error_recovery", "external"})
public class ClientOnTheRoadTest extends GatewayTest {
  private static final int NUMBERS = 100;
  private static final String QUESTION = "count slowly to " + NUMBERS;
  private static final int FIRST_WAIT = 500;

  private FaultyNetwork network;
  private NodeProgram traveller;

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "30ms", "server.heartbeat", "500ms");
  }

  @BeforeMethod(alwaysRun = true)
  void leave() {
    network = FaultyNetwork.to(gateway.address());
    Map<String, String> environment =
        Map.of(
            "PARLEY_URL",
            "ws://" + network.address().getAuthority() + "/ws",
            "PARLEY_TOKEN",
            gateway.tokens().of(ada),
            "PARLEY_QUESTION",
            QUESTION);
    traveller = NodeProgram.start(environment, "traveller.mjs");
  }

  @AfterMethod(alwaysRun = true)
  void arrive() {
    traveller.close();
    network.close();
  }

  public void whatHappenedWhileTheNetworkWasLostIsReadOnAfterwards() {
    traveller.await(line -> line.path("type").asText().equals("agent_message"));
    network.cut();
    for (int tries = 0; tries < 2; tries++) {
      traveller.await("waiting");
    }
    network.heal();
    assertThatNothingIsMissing();
    assertThatWaitsGrowAtMostTwofold();
  }

  public void aConnectionThatGoesSilentIsGivenUpAfterTwoHeartbeats() {
    traveller.await(line -> line.path("type").asText().equals("agent_message"));
    network.goSilent();
    assertThat(traveller.await("waiting").path("code").asInt()).isEqualTo(1006);
    network.heal();
    assertThatNothingIsMissing();
  }

  public void aSlowNetworkChangesOnlyTheTiming() {
    network.delay(Duration.ofMillis(40));
    assertThatNothingIsMissing();
    assertThat(traveller.told()).noneMatch(line -> line.path("name").asText().equals("waiting"));
  }

  public void repeatedNetworkFailuresLoseNothing() {
    for (int times = 0; times < 3; times++) {
      traveller.await(line -> line.path("name").asText().equals("event"));
      network.breakAll();
      traveller.await("waiting");
    }
    assertThatNothingIsMissing();
  }

  private void assertThatNothingIsMissing() {
    String text = traveller.await("end").path("text").asText();
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
    return traveller.told().stream()
        .filter(line -> line.path("name").asText().equals("event"))
        .toList();
  }

  /** Full jitter: anything from nothing up to 500 ms, 1 s, 2 s, … */
  private void assertThatWaitsGrowAtMostTwofold() {
    int most = FIRST_WAIT;
    for (JsonNode state : traveller.told()) {
      if (state.path("name").asText().equals("waiting")) {
        assertThat(state.path("retryInMs").asDouble()).isBetween(0.0, (double) most);
        most *= 2;
      }
    }
    assertThat(most).isGreaterThanOrEqualTo(4 * FIRST_WAIT);
  }
}
