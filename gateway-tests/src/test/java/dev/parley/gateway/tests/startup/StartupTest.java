package dev.parley.gateway.tests.startup;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.ChildGateway;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestFolder;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A gateway in a separate process: its start, its shutdown and its error messages. */
@Test(groups = "startup")
public class StartupTest {
  private static final int WRONG_SETTINGS = 2;

  private final Deque<ChildGateway> children = new ArrayDeque<>();
  private TestFolder folder;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() {
    folder = new TestFolder();
  }

  @AfterMethod(alwaysRun = true)
  public void endChildren() {
    while (!children.isEmpty()) {
      ChildGateway child = children.pop();
      child.close();
      child.awaitExit();
    }
    folder.close();
  }

  public void readyzReportsReadyAndEachPhase() {
    long begin = System.nanoTime();
    ChildGateway child = start(Map.of());
    Figures.report("process to ready", (System.nanoTime() - begin) / 1e6, "ms");
    RawClient.RawAnswer ready = get(child, "/readyz");
    assertThat(ready.status()).isEqualTo(200);
    assertThat(ready.body())
        .contains("configuration", "listener", "store", "recovery", "agents", "ready");
    assertThat(get(child, "/healthz").status()).isEqualTo(200);
  }

  public void sigtermLetsRunsFinishAndRefusesNewCommands() {
    ChildGateway child = start(Map.of());
    WsClient client = WsClient.open(child.address(), child.token("ada"));
    String run = client.say("t1", "count slowly to 30").runId();
    client.await("agent_message");
    child.terminate();
    client.await("goaway");
    Received refused = client.ask(Commands.chat("c2", "t1", "one more"));
    assertThat(refused.payload().path("code").asText()).isEqualTo("draining");
    assertThat(client.awaitEnd(run).type()).isEqualTo("agent_completed");
    assertThat(client.awaitClose().code()).isEqualTo(1001);
    assertThat(child.awaitExit()).isZero();
  }

  public void queuedMessagesAreAnsweredAfterACleanShutdown() {
    Map<String, String> settings = Map.of("drain.timeout", "100ms");
    ChildGateway child = start(settings);
    String token = child.token("ada");
    WsClient before = WsClient.open(child.address(), token);
    String run = before.say("t1", "wait 30 seconds").runId();
    before.ask(Commands.queue("c2", "t1", "what is 6*7?"));
    child.terminate();
    assertThat(before.awaitEnd(run).text("by")).isEqualTo("shutdown");
    assertThat(child.awaitExit()).isZero();
    ChildGateway next = child.restart(settings);
    children.push(next);
    WsClient after = before.reopen(next.address(), token);
    after.resume("t1");
    assertThat(after.await("agent_completed").text("text")).contains("42");
    after.close();
  }

  public void sigtermCancelsARunThatExceedsTheDrainTimeout() {
    ChildGateway child = start(Map.of("drain.timeout", "200ms"));
    WsClient client = WsClient.open(child.address(), child.token("ada"));
    client.say("t1", "wait 30 seconds");
    client.await("tool_executing");
    child.terminate();
    client.await("goaway");
    assertThat(client.awaitWhere("the end", frame -> frame.isTerminal()).text("by"))
        .isEqualTo("shutdown");
    assertThat(client.awaitClose().code()).isEqualTo(1001);
    assertThat(child.awaitExit()).isZero();
  }

  public void eventsBeforeACleanShutdownAreKept() {
    ChildGateway child = start(Map.of());
    String token = child.token("ada");
    WsClient before = WsClient.open(child.address(), token);
    before.runToEnd("t1", "what is 6*7?");
    child.terminate();
    before.awaitClose();
    assertThat(child.awaitExit()).isZero();
    ChildGateway next = child.restart(Map.of());
    children.push(next);
    WsClient after = before.reopen(next.address(), token);
    assertThat(after.resume("t1").canonical()).isEqualTo(before.thread("t1").canonical());
    after.close();
  }

  public void allProblemsAreReportedAtOnceAndNothingStarts() throws IOException {
    Path file = Files.createFile(folder.path().resolve("a-file"));
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String output =
          fails(
              Map.of(
                  "server.prot",
                  "1",
                  "auth.jwt.secret",
                  "short",
                  "server.port",
                  String.valueOf(taken.getLocalPort()),
                  "store.path",
                  file.resolve("below").toString()));
      assertThat(output)
          .contains("server.prot", "server.port", "auth.jwt.secret", "32 bytes", "store.path")
          .contains(String.valueOf(taken.getLocalPort()))
          .doesNotContain("short)", "Exception", "\tat ");
    }
  }

  public void allProblemsOfAgentsAreReportedAtOnceWithThoseOfOtherSettings() {
    Map<String, String> wrong = new HashMap<>();
    wrong.put("server.host", "0.0.0.0");
    wrong.put("agents.a.type", "openai");
    wrong.put("agents.a.url", "localhost:11434");
    wrong.put("agents.b.type", "opena1");
    wrong.put("agents.c.type", "builtin");
    wrong.put("agents.c.api_key", "sesame");
    wrong.put("agents.d.url", "http://127.0.0.1:1");
    wrong.put("agents.default", "e");
    assertThat(fails(wrong))
        .contains("server.host: ", "agents.a.url: localhost:11434 (expected: an http")
        .contains("agents.a.model: not set", "agents.b.type: opena1 (expected: one of ")
        .contains("agents.c.api_key: ***", "agents.d.type: not set", "agents.default: e")
        .doesNotContain("sesame", "Exception", "\tat ");
  }

  public void anUnknownKeyGetsTheNearestNameSuggested() {
    assertThat(fails(Map.of("agents.builtin.pase", "1ms"))).contains("agents.builtin.pace");
  }

  public void aPortThatIsTakenIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertThat(fails(Map.of("server.port", port))).contains("server.port: ", port, "(expected: ");
    }
  }

  public void aPortOfOperatorsThatIsTakenIsNamed() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = String.valueOf(taken.getLocalPort());
      assertThat(fails(Map.of("ops.port", port)))
          .contains("ops.port: 127.0.0.1:" + port, "(expected: ");
      assertThat(fails(Map.of("ops.port", port, "server.prot", "1")))
          .contains("ops.port: 127.0.0.1:" + port, "server.prot");
    }
  }

  public void theListenerOfOperatorsIsPrinted() {
    ChildGateway child = start(Map.of("ops.port", "0"));
    child.awaitLine("Operators: http://127\\.0\\.0\\.1:\\d+/");
  }

  public void aStoreThatAnotherProcessUsesIsNamed() {
    start(Map.of());
    assertThat(fails(Map.of())).contains("store.path: " + folder.path(), "(expected: ");
  }

  public void aFileInPlaceOfTheFolderIsNamed() throws IOException {
    Path file = Files.createFile(folder.path().resolve("a-file"));
    assertThat(fails(Map.of("store.path", file.toString())))
        .contains("store.path: " + file, "(expected: ");
  }

  public void aPublicAddressWithoutASecretIsRefused() {
    assertThat(fails(Map.of("server.host", "0.0.0.0"))).contains("server.host", "auth.jwt.secret");
  }

  public void developmentModeIssuesTokensOnlyForItsKey() {
    ChildGateway child = start(Map.of());
    assertThat(child.token("ada")).isNotEmpty();
    RawClient.RawAnswer refused =
        request(
            child,
            "POST /dev/token HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                + "Authorization: Bearer wrong\r\nContent-Length: 2\r\n\r\n{}");
    assertThat(refused.status()).isEqualTo(401);
  }

  public void withASecretThereIsNoDevelopmentMode() {
    String secret = "a secret that is long enough to sign";
    ChildGateway child = tryStart(Map.of("auth.jwt.secret", secret));
    child.awaitLine("ready at http://127\\.0\\.0\\.1:(\\d+)/");
    child.terminate();
    assertThat(child.awaitExit()).isZero();
    assertThat(child.output()).doesNotContain("/#", secret);
  }

  public void onlyTheOwnerMayReadTheStore() throws IOException {
    Path store = folder.path().resolve("store");
    start(Map.of("store.path", store.toString()));
    assertThat(permissions(store)).isEqualTo("rwx------");
    assertThat(permissions(store.resolve("dev-secret"))).isEqualTo("rw-------");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  public void versionIsPrintedAndNothingIsStarted() {
    ChildGateway child = tryStart(Map.of("version", ""));
    assertThat(child.awaitExit()).isZero();
    assertThat(child.output().lines())
        .hasSize(4)
        .satisfiesExactly(
            line -> assertThat(line).matches("parley \\d+\\.\\d+\\.\\d+(-SNAPSHOT)?"),
            line -> assertThat(line).matches("commit ([0-9a-f]{7,40}|unknown)"),
            line -> assertThat(line).startsWith("java " + Runtime.version() + " ("),
            line -> assertThat(line).matches("store format \\d+"));
  }

  public void helpListsEveryKeyAndStartsNothing() {
    ChildGateway child = tryStart(Map.of("help", ""));
    assertThat(child.awaitExit()).isZero();
    assertThat(child.output()).contains("server.port", "store.path", "8080");
  }

  public void phasesAreOneLineOfJsonInTheLog() {
    ChildGateway child = start(Map.of());
    child.terminate();
    String line =
        child.output().lines().filter(each -> each.contains("\"recovery\"")).findFirst().orElse("");
    JsonNode phases = Json.parse(line.substring(line.indexOf('{')));
    assertThat(phases.isObject()).isTrue();
  }

  public void theLastLogLineOfTheShutdownIsPrinted() {
    ChildGateway child = start(Map.of());
    child.terminate();
    assertThat(child.output()).endsWith("Gateway - ended");
  }

  private ChildGateway start(Map<String, String> settings) {
    ChildGateway child = ChildGateway.start(folder.path(), settings);
    children.push(child);
    return child;
  }

  private ChildGateway tryStart(Map<String, String> settings) {
    ChildGateway child = ChildGateway.tryStart(folder.path(), settings);
    children.push(child);
    return child;
  }

  private String fails(Map<String, String> settings) {
    ChildGateway child = tryStart(settings);
    assertThat(child.awaitExit()).isEqualTo(WRONG_SETTINGS);
    return child.output();
  }

  private static RawClient.RawAnswer get(ChildGateway child, String path) {
    return request(child, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
  }

  private static RawClient.RawAnswer request(ChildGateway child, String request) {
    try (RawClient client = RawClient.open(child.address())) {
      return client.request(request);
    }
  }
}
