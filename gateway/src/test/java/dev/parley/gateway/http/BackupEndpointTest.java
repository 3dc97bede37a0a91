package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.http.Exchange.Answer;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.handler.codec.http.FullHttpRequest;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class BackupEndpointTest {

  private static final String GOOD = "{\"folder\":\"monday\"}";

  private final List<String> asked = new ArrayList<>();
  private CompletionStage<Optional<Path>> outcome;
  private Exchange exchange;
  private MemoryLog log;

  @BeforeMethod(alwaysRun = true)
  public void build() {
    asked.clear();
    log = new MemoryLog(Clock.systemUTC(), IdSource.random());
    OperatorAccess access = new OperatorAccess(new Audit(log.audit(), Clock.systemUTC(), () -> {}));
    outcome = CompletableFuture.completedStage(Optional.of(Path.of("/data/backups/monday")));
    exchange = Exchange.ready(BackupEndpointTest::verify, new BackupEndpoint(access, this::backUp));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    log.close();
  }

  private List<AuditEntry> records() {
    return log.audit()
        .read(new UserId("default", "eve"), null, Long.MAX_VALUE, 9)
        .toCompletableFuture()
        .join()
        .entries();
  }

  private CompletionStage<Optional<Path>> backUp(String folder) {
    asked.add(folder);
    return outcome;
  }

  private static Principal verify(String token) {
    if (token.equals("bad")) {
      throw RefusedException.of(ErrorCode.UNAUTHENTICATED, "token: invalid");
    }
    EnumSet<Scope> scopes = EnumSet.complementOf(EnumSet.of(Scope.OPERATOR));
    if (token.equals("operator")) {
      scopes.add(Scope.OPERATOR);
    }
    return new Principal(new UserId("default", "ops"), "early", scopes, Instant.MAX);
  }

  public void makesABackupForAnOperator() {
    Answer answer = send("Bearer operator", GOOD);
    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.body()).isEqualTo(GOOD);
    assertThat(asked).containsExactly("monday");
    assertThat(records()).extracting(AuditEntry::target).containsExactly("monday");
    assertThat(records()).extracting(AuditEntry::outcome).containsExactly("done");
  }

  public void aFolderThatExistsIsAConflict() {
    outcome = CompletableFuture.completedStage(Optional.empty());
    Answer answer = send("Bearer operator", GOOD);
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.body()).contains("\"/folder\"", "this one exists");
  }

  public void aBackupThatFailsIsAFault() {
    outcome = CompletableFuture.failedStage(new LogException("backup: disk full"));
    Answer answer = send("Bearer operator", GOOD);
    assertThat(answer.status()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("disk full");
    assertThat(records()).extracting(AuditEntry::outcome).containsExactly("failed");
  }

  @DataProvider
  public Object[][] strangers() {
    return new Object[][] {
      {"", 401}, {"Basic b3Bz", 401}, {"Bearer bad", 401}, {"Bearer somebody", 403}
    };
  }

  @Test(dataProvider = "strangers")
  public void onlyAnOperatorMayAsk(String authorization, int status) {
    Answer answer = send(authorization, "{\"folder\":7}");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("www-authenticate")).isEqualTo(status == 401 ? "Bearer" : "");
    assertThat(asked).isEmpty();
  }

  @DataProvider
  public Object[][] wrongFolders() {
    return Stream.of(
            "",
            "{}",
            "[]",
            "{\"folder\":7}",
            "{\"folder\":\"\"}",
            "{\"folder\":\"..\"}",
            "{\"folder\":\".partial\"}",
            "{\"folder\":\"a/b\"}",
            "{\"folder\":\"/tmp/a\"}",
            "{\"folder\":\"" + "a".repeat(65) + "\"}",
            "{\"folder\":\"a\",\"overwrite\":true}",
            "{\"folder\":\"a\",\"folder\":\"b\"}")
        .map(body -> new Object[] {body})
        .toArray(Object[][]::new);
  }

  @Test(dataProvider = "wrongFolders")
  public void onlyANewFolderAmongTheBackupsCanBeNamed(String body) {
    assertThat(send("Bearer operator", body).status()).isEqualTo(400);
    assertThat(asked).isEmpty();
  }

  public void aQueryIsRefused() {
    assertThat(send("/v1/backup?overwrite=true", "Bearer operator", GOOD).status()).isEqualTo(400);
    assertThat(asked).isEmpty();
  }

  private Answer send(String authorization, String body) {
    return send("/v1/backup", authorization, body);
  }

  private Answer send(String target, String authorization, String body) {
    FullHttpRequest request = Exchange.request("POST", target, body);
    if (!authorization.isEmpty()) {
      request.headers().set("authorization", authorization);
    }
    return exchange.send(request);
  }
}
