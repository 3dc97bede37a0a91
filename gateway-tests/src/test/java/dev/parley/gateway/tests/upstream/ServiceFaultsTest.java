package dev.parley.gateway.tests.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import dev.parley.gateway.agent.upstream.ScriptedService;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Every fault of a service, in every dialect: its run ends once, with its code, keeps what was said
 * before, and shows no credential; the next run of a neighbour is well.
 */
@Test(groups = {"chat_events", "error_recovery"})
public class ServiceFaultsTest extends GatewayTest {
  private static final String KEY = "key-of-the-tests-5f3a9c";
  private static final String FINE = "It is well.";

  @Override
  protected Map<String, String> settings() {
    ScriptedService service = keeping(ScriptedService.of(ServiceFaultsTest::serve));
    Map<String, String> settings = new HashMap<>();
    for (ServiceDialect dialect : ServiceDialect.values()) {
      ServiceAgents.put(settings, dialect, dialect.type() + "-fine", service, KEY);
      for (ServiceFault fault : ServiceFault.values()) {
        String agent = fault.agent(dialect);
        ServiceAgents.put(settings, dialect, agent, service, KEY);
        settings.put("agents." + agent + ".retries", "0");
      }
      String silent = "agents." + ServiceFault.SILENT_BEFORE_THE_FIRST_BYTE.agent(dialect);
      settings.put(silent + ".first_byte_timeout", "200ms");
      silent = "agents." + ServiceFault.SILENT_AFTER_A_TEXT.agent(dialect);
      settings.put(silent + ".idle_timeout", "200ms");
      String url = ".url";
      settings.put("agents." + ServiceFault.UNREACHABLE.agent(dialect) + url, "http://127.0.0.1:1");
      settings.put(
          "agents." + ServiceFault.AN_UNKNOWN_NAME.agent(dialect) + url, "http://parley.invalid");
      settings.put(
          "agents." + ServiceFault.NO_TLS.agent(dialect) + url,
          "https://127.0.0.1:" + service.port());
      settings.put("agents." + ServiceFault.NO_TLS.agent(dialect) + ".connect_timeout", "500ms");
    }
    return settings;
  }

  private static void serve(Dialogue dialogue) throws Exception {
    dialogue.readRequest();
    String agent = ServiceAgents.agentOf(dialogue);
    for (ServiceDialect dialect : ServiceDialect.values()) {
      for (ServiceFault fault : ServiceFault.values()) {
        if (agent.equals(fault.agent(dialect))) {
          fault.answer(dialogue, dialect);
          return;
        }
      }
      if (agent.equals(dialect.type() + "-fine")) {
        dialogue.beginStream();
        dialogue.chunk(dialect.answer(FINE));
        dialogue.endStream();
      }
    }
  }

  @DataProvider
  public Object[][] faults() {
    List<Object[]> all = new ArrayList<>();
    for (ServiceDialect dialect : ServiceDialect.values()) {
      for (ServiceFault fault : ServiceFault.values()) {
        all.add(new Object[] {dialect, fault});
      }
    }
    return all.toArray(Object[][]::new);
  }

  @Test(dataProvider = "faults")
  public void aFaultEndsTheRunOnceWithItsCode(ServiceDialect dialect, ServiceFault fault) {
    WsClient client = connect(ada);
    List<Received> run = run(client, fault.agent(dialect));
    Received end = run.get(run.size() - 1);
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).as(end.toString()).isEqualTo(fault.code());
    assertThat(end.payload().path("retryable").asBoolean()).isEqualTo(fault.retryable());
    assertThat(end.text("message")).hasSizeBetween(20, 300).doesNotContain("xxxx", "Exception");
    assertThat(end.text("partial_text")).isEqualTo(fault.shown());
    assertThat(run.stream().filter(Received::isTerminal)).containsExactly(end);
    assertThat(client.received()).noneMatch(frame -> frame.toString().contains(KEY));
    List<Received> next = run(connect(bob), dialect.type() + "-fine");
    assertThat(next.get(next.size() - 1).text("text")).isEqualTo(FINE);
  }

  @Test(dataProvider = "dialects")
  public void theServiceSaysWhenToTryAgain(ServiceDialect dialect) {
    List<Received> run = run(connect(ada), ServiceFault.STATUS_429.agent(dialect));
    assertThat(run.get(run.size() - 1).payload().path("retry_after_ms").asLong()).isEqualTo(7000);
  }

  @DataProvider
  public Object[] dialects() {
    return ServiceDialect.values();
  }

  private static List<Received> run(WsClient client, String agent) {
    String run = client.ask(Commands.startAgent("c1", "t1", agent, "hello")).runId();
    client.awaitEnd(run);
    client.barrier();
    return client.thread("t1").eventsOf(run);
  }
}
