package dev.parley.gateway.tests.promises;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.log.embedded.FrozenDisk;
import dev.parley.gateway.log.embedded.SmallDisk;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.support.BadService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.Test;

/** Promise 24: whatever breaks around a gateway, users are told, and it recovers by itself. */
@BusinessValue(
    segment = "everyone",
    goal = "Reliability",
    valueImpact =
        "When something breaks, a person is told what and whether to try again, and nothing that"
            + " was accepted is lost",
    strategicImpact = "An outage of a service, a disk or a network needs no restart")
@Test(groups = "error_recovery")
public class P24ErrorRecoveryIntegration extends GatewayTest {
  private static final String AGENT = "served";
  private static final long MIB = 1L << 20;
  private static final int MESSAGES = 20;

  private FaultyNetwork toService;

  @Override
  protected Map<String, String> settings() {
    BadService service = keeping(new BadService());
    Map<String, String> settings = new HashMap<>(service.settings(AGENT));
    URI url = URI.create(settings.get("agents." + AGENT + ".url"));
    toService = keeping(FaultyNetwork.to(url));
    settings.put(
        "agents." + AGENT + ".url", toService.address().resolve(url.getRawPath()).toString());
    settings.put("agents." + AGENT + ".retries", "0");
    settings.put("limits.burst", "1000");
    return settings;
  }

  private static Received run(WsClient client, String id, String input) {
    return client.awaitEnd(client.ask(Commands.startAgent(id, "t1", AGENT, input)).runId());
  }

  /**
   * The user is told the reason in words. It may have acted, so nothing asks it again by itself.
   */
  private static void assertTold(Received end, String code) {
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).as(end.toString()).isEqualTo(code);
    assertThat(end.text("message")).hasSizeBetween(20, 300).doesNotContain("Exception");
    assertThat(end.payload().path("retryable").asBoolean()).isFalse();
  }

  public void anAgentThatDiesInItsAnswerIsToldAndTheNextRunIsWell() {
    WsClient client = connect(ada);
    Received end = run(client, "c1", "break the connection");
    assertTold(end, "upstream_disconnected");
    assertThat(end.text("partial_text")).isEqualTo("so far");
    assertThat(run(client, "c2", "behave").type()).isEqualTo("agent_completed");
    assertThat(connect(ada).readAll("t1").canonical()).isEqualTo(client.thread("t1").canonical());
  }

  public void aServiceThatIsGoneIsToldAndUsedAgainWhenItIsBack() {
    WsClient client = connect(ada);
    toService.cut();
    assertTold(run(client, "c1", "behave"), "upstream_disconnected");
    assertThat(client.runToEnd("t2", "what is 6*7?"))
        .last()
        .matches(end -> end.text("text").contains("42"), "an agent that needs no service");
    toService.heal();
    assertThat(run(client, "c2", "behave").type()).isEqualTo("agent_completed");
  }

  public void aNetworkThatIsCutLosesNoAcceptedMessage() {
    FaultyNetwork network = closing(FaultyNetwork.to(gateway.address()));
    WsClient client = closing(WsClient.open(network.address(), gateway.tokens().of(ada)));
    client.readAll("t1");
    for (int i = 0; i < MESSAGES; i++) {
      client.sendValid(Commands.chat("c" + i, "t1", "line " + i));
      if (i == MESSAGES / 2) {
        client.answer("c" + i / 2);
        network.cut();
        client.drop();
        network.heal();
        client = closing(client.reopen(network.address(), gateway.tokens().of(ada)));
        client.resume("t1");
      }
    }
    client.answer("c" + (MESSAGES - 1));
    client.barrier();
    // What got no answer before the cut is sent again, and has its effect once.
    for (int i = 0; i < MESSAGES; i++) {
      assertThat(client.ask(Commands.chat("c" + i, "t1", "line " + i)).type())
          .isEqualTo("accepted");
    }
    assertLines(connect(ada).readAll("t1"), MESSAGES);
  }

  private static void assertLines(ThreadReader reader, int lines) {
    assertThat(reader.events())
        .extracting(event -> event.text("content"))
        .doesNotHaveDuplicates()
        .hasSize(lines);
  }

  @Test(groups = "privileged")
  public void aStoreThatStallsDelaysCommandsAndNothingElse() throws IOException {
    FrozenDisk disk = closing(FrozenDisk.mount());
    RunningGateway own = closing(on(disk.path(), Map.of("store.min_free", "0")));
    WsClient client = closing(own.connect(ada));
    client.runToEnd("t2", "what is 6*7?");
    client.ask(Commands.chat("c0", "t1", "line 0"));
    Tally.fault();
    disk.freeze();
    try {
      for (int i = 1; i < MESSAGES; i++) {
        client.sendValid(Commands.chat("c" + i, "t1", "line " + i));
      }
      String command = "c" + MESSAGES;
      client.sendValid(Commands.userMessage(command, "t3", "what is 6*8?"));
      await().until(() -> own.metrics().figure("parley_commit_queue_bytes") > 0);
      WsClient other = closing(own.connect(bob));
      other.barrier();
      client.barrier();
      assertThat(client.readAll("t2").openRuns()).isZero();
      assertThat(client.received()).noneMatch(P24ErrorRecoveryIntegration::answersTheStalled);
    } finally {
      disk.thaw();
    }
    for (int i = 1; i < MESSAGES; i++) {
      assertThat(client.answer("c" + i).type()).isEqualTo("accepted");
    }
    String run = client.answer("c" + MESSAGES).runId();
    assertThat(client.awaitEnd(run).text("text")).contains("48");
    assertLines(client.thread("t1"), MESSAGES);
  }

  private static boolean answersTheStalled(Received frame) {
    return frame.type().equals("accepted") && frame.id().matches("c[1-9]\\d*");
  }

  @Test(groups = "privileged")
  public void aFullDiskIsToldAndNothingAcceptedIsLostAcrossARestart() throws IOException {
    SmallDisk disk = closing(SmallDisk.mount(64));
    Map<String, String> settings = Map.of("store.min_free", "8MiB", "runs.idle_timeout", "60s");
    RunningGateway own = closing(on(disk.path(), settings));
    WsClient client = closing(own.connect(ada));
    int accepted = 0;
    for (; accepted < MESSAGES; accepted++) {
      client.ask(Commands.chat("c" + accepted, "t1", "line " + accepted));
    }
    String run = client.say("t2", "wait 1 seconds").runId();
    Tally.fault();
    disk.fillUpTo(4 * MIB);
    own.awaitCount(1, "parley_store_incidents_total", "incident", "low_on_room");
    ObjectNode refused = Commands.chat("refused", "t1", "no room");
    Received answer = client.ask(refused);
    assertThat(answer.type()).isEqualTo("rejected");
    assertThat(answer.text("code")).isEqualTo("overloaded");
    assertThat(answer.text("message")).isNotEmpty();
    client.awaitEnd(run);
    disk.free();
    await().until(() -> client.ask(refused).type().equals("accepted"));
    accepted++;
    client.close();
    own.end();
    RunningGateway next = closing(on(disk.path(), settings));
    WsClient back = closing(next.connect(ada));
    assertLines(back.readAll("t1"), accepted);
    assertThat(back.readAll("t2").hasEnded(run)).isTrue();
    Figures.report("accepted and kept", accepted, "messages");
  }

  private static RunningGateway on(Path store, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("store.type", "embedded");
    all.put("store.path", store.toString());
    all.put("limits.burst", "1000");
    return RunningGateway.start(all);
  }
}
