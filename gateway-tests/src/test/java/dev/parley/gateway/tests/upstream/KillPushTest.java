package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.upstream.PushBackEnd.add;
import static dev.parley.gateway.tests.upstream.PushBackEnd.end;
import static dev.parley.gateway.tests.upstream.PushBackEnd.insist;
import static dev.parley.gateway.tests.upstream.PushBackEnd.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.upstream.PushBackEnd.Hook;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The gateway is killed or ended under a run of a push back end: the same run goes on. */
@Test(groups = "error_recovery")
public class KillPushTest {
  private TestFolder folder;
  private PushBackEnd backEnd;
  private Map<String, String> settings;

  /** How the first process ends. */
  private enum Ending {
    KILL,
    TERMINATE;

    void act(ChildGateway gateway) {
      if (this == KILL) {
        gateway.kill();
      } else {
        gateway.terminate();
        gateway.awaitExit();
      }
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void prepare() {
    folder = new TestFolder();
    backEnd = PushBackEnd.start();
    settings = new HashMap<>();
    backEnd.put(settings, "pushed");
  }

  @AfterMethod(alwaysRun = true)
  public void cleanUp() {
    backEnd.close();
    folder.close();
  }

  @DataProvider
  public Object[] endings() {
    return Ending.values();
  }

  private static String begin(ChildGateway gateway, String token) {
    try (WsClient client = WsClient.open(gateway.address(), token)) {
      return client.ask(Commands.startAgent("c1", "t1", "pushed", "hello")).runId();
    }
  }

  private static List<Received> events(ChildGateway gateway, String token, String run) {
    try (WsClient client = WsClient.open(gateway.address(), token)) {
      ThreadReader reader = client.readAll("t1");
      client.awaitEnd(run);
      client.barrier();
      assertThat(reader.openRuns()).isZero();
      return reader.eventsOf(run);
    }
  }

  @Test(dataProvider = "endings")
  public void theSameRunGoesOnAndNothingComesTwice(Ending ending) {
    try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
      String token = first.token("ada");
      String run = begin(first, token);
      Hook hook = backEnd.hook();
      assertThat(add(first.address(), hook, 0, said("one "), said("two ")).status()).isEqualTo(200);
      add(
          first.address(),
          hook,
          1,
          "{\"type\":\"tool_executing\",\"tool_call_id\":\"k\",\"tool_name\":\"look\","
              + "\"arguments\":{}}");
      ending.act(first);
      try (ChildGateway next = first.restart(settings)) {
        // The back end does not know whether its last call arrived.
        assertThat(insist(next.address(), hook, 1, said("never "))).isEqualTo(204);
        assertThat(insist(next.address(), hook, 2, said("three "))).isEqualTo(200);
        insist(
            next.address(),
            hook,
            3,
            "{\"type\":\"tool_completed\",\"tool_call_id\":\"k\",\"status\":\"ok\",\"result\":7}",
            said("four"),
            end());
        List<Received> events = events(next, token, run);
        assertThat(events.get(0).type()).isEqualTo("agent_started");
        Received last = events.get(events.size() - 1);
        assertThat(last.type()).isEqualTo("agent_completed");
        assertThat(last.text("text")).isEqualTo("one two three four");
        List<String> tools =
            events.stream()
                .filter(event -> event.type().equals("tool_completed"))
                .map(event -> event.text("status"))
                .toList();
        assertThat(tools).containsExactly("ok");
        assertThat(backEnd.untaken()).as("hooks after the first").isZero();
      }
    }
  }

  @Test(dataProvider = "endings")
  public void aHookThatNobodyTookIsSentByTheNextProcess(Ending ending) {
    int port = backEnd.port();
    backEnd.answerWith(503, 503, 503, 503, 503, 503, 503, 503);
    try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
      String token = first.token("ada");
      String run = begin(first, token);
      Hook refused = backEnd.hook();
      backEnd.close();
      ending.act(first);
      backEnd = PushBackEnd.startAt(port);
      try (ChildGateway next = first.restart(settings)) {
        Hook hook = backEnd.hook();
        assertThat(hook.run()).isEqualTo(run).isEqualTo(refused.run());
        assertThat(hook.headers()).containsEntry("webhook-id", run);
        assertThat(hook.body().path("input").asText()).isEqualTo("hello");
        insist(next.address(), hook, 0, said("late"), end());
        List<Received> events = events(next, token, run);
        assertThat(events.get(events.size() - 1).text("text")).isEqualTo("late");
      }
    }
  }

  /** The back end sends on and on, and each ending falls somewhere between two bytes. */
  public void whatIsShownIsWhatWasSentThroughThreeEndings() throws InterruptedException {
    int calls = 80;
    BlockingQueue<Integer> taken = new LinkedBlockingQueue<>();
    ChildGateway gateway = ChildGateway.start(folder.path(), settings);
    try {
      URI address = gateway.address();
      String token = gateway.token("ada");
      String run = begin(gateway, token);
      Hook hook = backEnd.hook();
      CompletableFuture<Void> sender =
          Parallel.run(
              () -> {
                for (int seq = 0; seq < calls; seq++) {
                  insist(address, hook, seq, said(seq + " "), said(seq + "! "));
                  taken.add(seq);
                }
              });
      for (Ending ending : List.of(Ending.KILL, Ending.TERMINATE, Ending.KILL)) {
        for (int i = 0; i < calls / 5; i++) {
          taken.take();
        }
        ending.act(gateway);
        gateway = gateway.restart(settings);
      }
      sender.join();
      insist(address, hook, calls, end());
      List<Received> events = events(gateway, token, run);
      StringBuilder sent = new StringBuilder();
      for (int seq = 0; seq < calls; seq++) {
        sent.append(seq).append(' ').append(seq).append("! ");
      }
      assertThat(events.get(events.size() - 1).text("text")).isEqualTo(sent.toString());
      assertThat(events.stream().filter(Received::isTerminal)).hasSize(1);
    } finally {
      gateway.close();
    }
  }

  public void aRunThatIsCancelledAfterARestartIsToldToTheBackEnd() {
    try (ChildGateway first = ChildGateway.start(folder.path(), settings)) {
      String token = first.token("ada");
      String run = begin(first, token);
      Hook hook = backEnd.hook();
      add(first.address(), hook, 0, said("so far"));
      first.kill();
      try (ChildGateway next = first.restart(settings);
          WsClient client = WsClient.open(next.address(), token)) {
        insist(next.address(), hook, 0);
        client.readAll("t1");
        client.ask(Commands.cancelRun("x1", run));
        Received end = client.awaitEnd(run);
        assertThat(end.type()).isEqualTo("agent_cancelled");
        assertThat(end.payload().path("upstream_confirmed").asBoolean()).isTrue();
        assertThat(end.text("partial_text")).isEqualTo("so far");
        assertThat(backEnd.hook().type()).isEqualTo("run.cancelled");
        assertThat(add(next.address(), hook, 1, said("late")).status()).isEqualTo(410);
      }
    }
  }
}
