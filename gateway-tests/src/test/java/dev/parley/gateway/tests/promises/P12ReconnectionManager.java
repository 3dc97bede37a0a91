package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Duration;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * Real network failures between a client and the gateway. {@code browser.ClientNetworkTest} shows
 * how the client library backs off.
 */
@BusinessValue(
    segment = "everyone on a train",
    goal = "Retention",
    valueImpact =
        "A network failure during an answer costs a moment: the agent continues, nothing is missed",
    strategicImpact = "Front ends need no recovery code of their own")
@Test(groups = "error_recovery")
public class P12ReconnectionManager extends GatewayTest {
  private static final String QUESTION = "count slowly to 100";

  private FaultyNetwork network;

  @Override
  protected Map<String, String> settings() {
    return Map.of("agents.builtin.pace", "10ms", "server.heartbeat", "500ms");
  }

  @BeforeMethod(alwaysRun = true)
  void build() {
    network = closing(FaultyNetwork.to(gateway.address()));
  }

  public void theRunContinuesWhileTheNetworkIsCutAndIsReadAfterwards() {
    WsClient client = connectThroughNetwork();
    String run = client.say("t1", QUESTION).runId();
    client.await("agent_message");
    network.cut();
    client.drop();
    WsClient elsewhere = connect(ada);
    end(elsewhere.readAll("t1"), elsewhere, run);
    network.heal();
    WsClient back = closing(client.reopen(network.address(), gateway.tokens().of(ada)));
    assertThatNothingIsMissing(back.resume("t1"), back, run);
  }

  public void theGatewayClosesASilentConnection() {
    connectThroughNetwork();
    gateway.awaitConnections(1);
    network.goSilent();
    gateway.awaitConnections(0);
  }

  public void repeatedNetworkFailuresLoseNothing() {
    WsClient client = connectThroughNetwork();
    String run = client.say("t1", QUESTION).runId();
    for (int times = 0; times < 5; times++) {
      client.await("agent_message");
      network.breakAll();
      client.drop();
      client = closing(client.reopen(network.address(), gateway.tokens().of(ada)));
      client.resume("t1");
    }
    assertThatNothingIsMissing(client.thread("t1"), client, run);
  }

  public void aSlowNetworkChangesOnlyTheTiming() {
    network.delay(Duration.ofMillis(30));
    WsClient client = connectThroughNetwork();
    String run = client.say("t1", QUESTION).runId();
    assertThatNothingIsMissing(client.thread("t1"), client, run);
  }

  private WsClient connectThroughNetwork() {
    return closing(WsClient.open(network.address(), gateway.tokens().of(ada)));
  }

  private void assertThatNothingIsMissing(ThreadReader reader, WsClient client, String run) {
    end(reader, client, run);
    assertThat(reader.canonical()).isEqualTo(connect(ada).readAll("t1").canonical());
    assertThat(reader.events().get(0).seq()).isEqualTo(1);
  }

  private static void end(ThreadReader reader, WsClient client, String run) {
    if (!reader.hasEnded(run)) {
      client.awaitEnd(run);
    }
  }
}
