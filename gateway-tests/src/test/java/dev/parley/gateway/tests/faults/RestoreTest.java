package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.Gateway;
import dev.parley.gateway.GatewayConfig;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.TestHttp;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.Tokens;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** Starts a gateway on a backup that was made during a run. */
@Test(groups = {"error_recovery", "startup"})
public class RestoreTest {

  private static final String SECRET = "a secret of the tests, longer than 32 bytes";

  private final Tokens tokens = new Tokens(SECRET);
  private Path folder;
  private Gateway original;

  @BeforeMethod(alwaysRun = true)
  public void startOriginal() throws IOException {
    folder = Files.createTempDirectory("parley-restore");
    original = start(folder.resolve("data"));
  }

  @AfterMethod(alwaysRun = true)
  public void removeAll() throws IOException {
    original.close();
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(RestoreTest::delete);
    }
  }

  public void aClientAheadOfTheBackupGetsAGapAndTheEventsOfTheBackup() throws Exception {
    WsClient client = WsClient.open(original.address(), tokens.of("ada"));
    String run = client.say("t1", "count slowly to 300").runId();
    client.awaitWhere("some numbers", f -> f.type().equals("agent_message") && f.seq() > 20);
    assertThat(backUp("monday", "operator").statusCode()).isEqualTo(201);
    long ahead = client.thread("t1").cursor() + 10;
    client.awaitWhere("more numbers", f -> f.seq() > ahead);
    client.cut();
    List<Received> before = client.thread("t1").events();
    try (Gateway restored = start(folder.resolve("data/backups/monday"));
        WsClient again = client.reopen(restored.address(), tokens.of("ada"))) {
      ThreadReader reader = again.resume("t1");
      assertThat(again.await("gap").text("reason")).isEqualTo("epoch_changed");
      assertHoldsTheBeginning(reader.events(), before, run);
    }
  }

  /** The same text up to the backup; then recovery ended the run. */
  private static void assertHoldsTheBeginning(
      List<Received> restored, List<Received> before, String run) {
    Received end = restored.get(restored.size() - 1);
    assertThat(end.seq()).isGreaterThan(20);
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.runId()).isEqualTo(run);
    assertThat(end.text("code")).isEqualTo("gateway_restarted");
    assertThat(text(before)).startsWith(text(restored));
  }

  private static String text(List<Received> events) {
    StringBuilder joined = new StringBuilder();
    events.stream()
        .filter(event -> event.type().equals("agent_message"))
        .forEach(event -> joined.append(event.text("delta")));
    return joined.toString();
  }

  public void anExistingFolderIsNotOverwritten() throws Exception {
    assertThat(backUp("monday", "operator").statusCode()).isEqualTo(201);
    assertThat(backUp("monday", "operator").statusCode()).isEqualTo(409);
    assertThat(backUp("../monday", "operator").statusCode()).isEqualTo(400);
  }

  public void onlyOperatorsMayBackUp() throws Exception {
    HttpResponse<String> refused = backUp("monday", "chat agent publish admin");
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(folder.resolve("data/backups")).doesNotExist();
  }

  private HttpResponse<String> backUp(String name, String scope) {
    HttpRequest request =
        HttpRequest.newBuilder(original.address().resolve("/v1/backup"))
            .header("authorization", "Bearer " + tokens.withScope("ops", scope))
            .POST(HttpRequest.BodyPublishers.ofString("{\"folder\":\"" + name + "\"}"))
            .build();
    return TestHttp.answer(request, HttpResponse.BodyHandlers.ofString());
  }

  private static Gateway start(Path store) {
    return Gateway.start(
        GatewayConfig.of(
            Map.of(
                "server.port", "0",
                "store.path", store.toString(),
                "store.min_free", "0",
                "auth.jwt.secret", SECRET,
                "agents.builtin.pace", "10ms")));
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
