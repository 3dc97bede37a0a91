package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.testng.annotations.Test;

/** The gateway is killed or ended while a service streams: each run ends once. */
@Test(groups = "error_recovery")
public class KillServiceTest {
  private static final String KEY = "key-of-the-tests-91";
  private static final String TEXT = "so far ";

  public void afterAKillEveryRunEndsAsRestartedAndKeepsItsText() {
    for (Received end : endsAfter(ChildGateway::kill)) {
      assertThat(end.type()).isEqualTo("agent_failed");
      assertThat(end.text("code")).isEqualTo("gateway_restarted");
      assertThat(end.text("partial_text")).isEqualTo(TEXT);
    }
  }

  public void atAShutdownEveryRunIsCancelledAndKeepsItsText() {
    List<Received> ends =
        endsAfter(
            gateway -> {
              gateway.terminate();
              gateway.awaitExit();
            });
    for (Received end : ends) {
      assertThat(end.type()).isEqualTo("agent_cancelled");
      assertThat(end.text("by")).isEqualTo("shutdown");
      assertThat(end.text("partial_text")).isEqualTo(TEXT);
    }
  }

  /** The ends of a run of each dialect; the gateway ended in this way in the middle of all. */
  private static List<Received> endsAfter(Consumer<ChildGateway> ending) {
    Map<String, String> settings = new HashMap<>();
    settings.put("drain.timeout", "0ms");
    try (TestFolder folder = new TestFolder();
        ScriptedService service = ScriptedService.of(KillServiceTest::hold)) {
      for (ServiceDialect dialect : ServiceDialect.values()) {
        ServiceAgents.put(settings, dialect, dialect.type(), service, KEY);
      }
      try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
        Map<String, String> runs = new TreeMap<>();
        for (ServiceDialect dialect : ServiceDialect.values()) {
          String token = first.token(dialect.type());
          WsClient before = WsClient.open(first.address(), token);
          runs.put(
              token, before.ask(Commands.startAgent("c1", "t1", dialect.type(), "hello")).runId());
          before.await("agent_message");
          before.cut();
        }
        ending.accept(first);
        try (ChildGateway next = first.restart(settings)) {
          List<Received> ends = new ArrayList<>();
          runs.forEach((token, run) -> ends.add(onlyEnd(next, token, run)));
          assertThat(service.dialogues().stream().map(ServiceAgents::agentOf))
              .as("requests")
              .containsExactlyInAnyOrderElementsOf(ServiceDialect.types());
          next.kill();
          assertThat(first.output() + next.output()).doesNotContain(KEY);
          return ends;
        }
      }
    }
  }

  private static Received onlyEnd(ChildGateway gateway, String token, String run) {
    try (WsClient after = WsClient.open(gateway.address(), token)) {
      ThreadReader reader = after.readAll("t1");
      after.awaitEnd(run);
      after.barrier();
      List<Received> ends = reader.eventsOf(run).stream().filter(Received::isTerminal).toList();
      assertThat(ends).hasSize(1);
      assertThat(reader.openRuns()).isZero();
      return ends.get(0);
    }
  }

  private static void hold(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    ServiceDialect dialect = ServiceDialect.of(ServiceAgents.agentOf(dialogue));
    dialogue.beginStream();
    dialogue.chunk(dialect.begin());
    dialogue.chunk(dialect.text(TEXT));
    dialogue.awaitClose();
  }
}
