package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentProvider;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** A run of a resumable agent goes on after kills and ends of the gateway. */
@Test(groups = "error_recovery")
public class ResumedRunsTest {

  private static final int MORE = 40;

  private TestFolder folder;
  private Map<String, String> settings;
  private Path end;

  @BeforeMethod(alwaysRun = true)
  public void packAgent() throws IOException {
    folder = new TestFolder();
    end = folder.path().resolve("end");
    settings = new HashMap<>();
    settings.put("plugins.path", pack().toString());
    settings.put("agents.steady.type", "steady");
    settings.put("agents.steady.model", end.toString());
    // Longer than a test waits for the end of the process.
    settings.put("drain.timeout", "1h");
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() {
    folder.close();
  }

  private Path pack() throws IOException {
    Path plugins = Files.createDirectories(folder.path().resolve("plugins"));
    try (JarOutputStream jar =
        new JarOutputStream(Files.newOutputStream(plugins.resolve("steady.jar")))) {
      for (Class<?> each : List.of(SteadyAgent.class, SteadyAgent.SteadyProvider.class)) {
        String name = each.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(name));
        try (InputStream code = each.getClassLoader().getResourceAsStream(name)) {
          Objects.requireNonNull(code, name).transferTo(jar);
        }
      }
      jar.putNextEntry(new JarEntry("META-INF/services/" + AgentProvider.class.getName()));
      jar.write(SteadyAgent.SteadyProvider.class.getName().getBytes(StandardCharsets.UTF_8));
    }
    return plugins;
  }

  /** How a process of the gateway ends. */
  private enum Ending {
    KILL {
      @Override
      void end(ChildGateway gateway) {
        gateway.kill();
      }
    },
    SIGTERM {
      @Override
      void end(ChildGateway gateway) {
        gateway.terminate();
        assertThat(gateway.awaitExit()).as("exit code").isZero();
      }
    };

    abstract void end(ChildGateway gateway);
  }

  @DataProvider
  public static Object[][] endings() {
    return new Object[][] {
      {List.of(Ending.KILL, Ending.KILL, Ending.KILL)},
      {List.of(Ending.SIGTERM, Ending.SIGTERM)},
      {List.of(Ending.SIGTERM, Ending.KILL)},
    };
  }

  @Test(dataProvider = "endings")
  public void nothingIsLostAndNothingComesTwice(List<Ending> endings) throws IOException {
    ChildGateway gateway = ChildGateway.start(folder.path().resolve("store"), settings);
    try {
      String token = gateway.token("ada");
      String run;
      try (WsClient ada = WsClient.open(gateway.address(), token)) {
        run = ada.ask(Commands.startAgent("c1", "t1", "steady", "count")).runId();
        ada.await("agent_message", "t1");
      }
      for (Ending ending : endings) {
        awaitProgress(gateway, token);
        ending.end(gateway);
        gateway = gateway.restart(settings);
      }
      awaitProgress(gateway, token);
      Files.createFile(end);
      judge(gateway, token, run);
    } finally {
      gateway.close();
    }
  }

  public void aCancelAfterARestartEndsTheRun() {
    ChildGateway gateway = ChildGateway.start(folder.path().resolve("store"), settings);
    try {
      String token = gateway.token("ada");
      String run;
      try (WsClient ada = WsClient.open(gateway.address(), token)) {
        run = ada.ask(Commands.startAgent("c1", "t1", "steady", "count")).runId();
      }
      awaitProgress(gateway, token);
      gateway.kill();
      gateway = gateway.restart(settings);
      // It may come before the run is resumed.
      try (WsClient ada = WsClient.open(gateway.address(), token)) {
        Received answer = ada.ask(Commands.cancelRun("c2", run));
        assertThat(answer.payload().path("state").asText()).isEqualTo("cancelling");
        ThreadReader reader = ada.readAll("t1");
        Received last = ada.awaitEnd(run);
        assertThat(last.type()).isEqualTo("agent_cancelled");
        assertThat(last.text("by")).isEqualTo("user");
        assertThat(last.text("partial_text")).isEqualTo(text(reader.eventsOf(run)));
        assertThat(last.text("partial_text")).isEqualTo(counted(last.text("partial_text")));
      }
    } finally {
      gateway.close();
    }
  }

  /** The run says more than it had said when this connection subscribed. */
  private static void awaitProgress(ChildGateway gateway, String token) {
    try (WsClient ada = WsClient.open(gateway.address(), token)) {
      long held = ada.readAll("t1").cursor();
      ada.awaitWhere("more of the run", frame -> frame.isEvent() && frame.seq() > held + MORE);
    }
  }

  private static void judge(ChildGateway gateway, String token, String run) {
    try (WsClient ada = WsClient.open(gateway.address(), token)) {
      ThreadReader reader = ada.readAll("t1");
      Received last = ada.awaitEnd(run);
      ada.barrier();
      List<Received> events = reader.eventsOf(run);
      assertThat(last.type()).isEqualTo("agent_completed");
      assertThat(last.text("text")).isEqualTo(text(events)).isEqualTo(counted(last.text("text")));
      assertThat(events.stream().filter(each -> each.type().equals("agent_started"))).hasSize(1);
      assertThat(events.stream().filter(Received::isTerminal)).hasSize(1);
      assertThat(calls(events, "tool_executing"))
          .isNotEmpty()
          .doesNotHaveDuplicates()
          .isEqualTo(calls(events, "tool_completed"));
      assertThat(events.stream().filter(each -> each.type().equals("tool_completed")))
          .allMatch(each -> each.text("status").equals("ok"));
      long seq = 0;
      for (Received event : reader.events()) {
        assertThat(event.firstSeq()).isEqualTo(seq + 1);
        seq = event.seq();
      }
      assertThat(reader.openRuns()).isZero();
    }
  }

  private static List<String> calls(List<Received> events, String type) {
    List<String> calls = new ArrayList<>();
    events.stream()
        .filter(each -> each.type().equals(type))
        .forEach(each -> calls.add(each.text("tool_call_id")));
    return calls;
  }

  private static String text(List<Received> events) {
    return events.stream()
        .filter(each -> each.type().equals("agent_message"))
        .map(each -> each.text("delta"))
        .collect(Collectors.joining());
  }

  /** All numbers that so many words of a count have. */
  private static String counted(String text) {
    long words = text.chars().filter(each -> each == ' ').count();
    return LongStream.range(0, words).mapToObj(each -> each + " ").collect(Collectors.joining());
  }
}
