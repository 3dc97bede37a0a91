package dev.parley.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.audit.Audit.Matter;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What an operator does is on record before it is done, and its end before it is answered. */
@Test(groups = "unit", timeOut = 60_000)
public class AuditOrderTest {

  private static final UserId ADA = new UserId("acme", "ada");
  private static final Principal OPERATOR =
      new Principal(new UserId("acme", "eve"), "early", Set.of(Scope.OPERATOR), Instant.MAX);

  private final Queue<CompletableFuture<Void>> held = new ArrayDeque<>();
  private MemoryLog log;
  private Audit audit;
  private CompletableFuture<Void> begun;
  private CompletableFuture<String> done;

  /** The records of the log, each of which waits until the test stores it, in that call. */
  private final class HeldRecords extends ForwardedAuditLog {
    HeldRecords() {
      super(log.audit());
    }

    @Override
    public CompletionStage<Void> put(AuditEntry entry) {
      CompletableFuture<Void> turn = new CompletableFuture<>();
      held.add(turn);
      return turn.thenRun(() -> log.audit().put(entry).toCompletableFuture().join());
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void open() {
    held.clear();
    log = new MemoryLog(Clock.systemUTC(), IdSource.random());
    audit = new Audit(new HeldRecords(), Clock.systemUTC(), () -> {});
    begun = new CompletableFuture<>();
    done = new CompletableFuture<>();
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    log.close();
  }

  private CompletableFuture<String> disconnect() {
    AuditEntry entry = audit.begun(OPERATOR, OperatorAction.DISCONNECT_USER, Matter.of(ADA));
    return audit
        .around(
            entry,
            () -> {
              begun.complete(null);
              return done;
            })
        .toCompletableFuture();
  }

  private void store() {
    assertThat(held.remove().complete(null)).isTrue();
  }

  private Stream<String> outcomes() {
    return log
        .audit()
        .read(ADA, null, Long.MAX_VALUE, 9)
        .toCompletableFuture()
        .join()
        .entries()
        .stream()
        .map(AuditEntry::outcome);
  }

  public void anActionBeginsWhenItsRecordIsStoredAndEndsWhenItsEndIs() {
    CompletableFuture<String> answer = disconnect();
    assertThat(begun).isNotDone();
    store();
    assertThat(begun).isDone();
    assertThat(outcomes()).containsExactly(AuditEntry.BEGUN);
    done.complete("two closed");
    assertThat(answer).isNotDone();
    store();
    assertThat(answer).isCompletedWithValue("two closed");
    assertThat(outcomes()).containsExactly(AuditEntry.DONE);
  }

  public void anActionWhoseRecordIsNotStoredIsNotCarriedOut() {
    CompletableFuture<String> answer = disconnect();
    held.remove().completeExceptionally(new LogException("log: closed"));
    held.remove().completeExceptionally(new LogException("log: closed"));
    assertThatThrownBy(answer::join).hasCauseInstanceOf(LogException.class);
    assertThat(begun).isNotDone();
    assertThat(outcomes()).isEmpty();
  }

  public void anActionThatFailsIsOnRecordAsFailedBeforeTheAnswer() {
    CompletableFuture<String> answer = disconnect();
    store();
    done.completeExceptionally(new IllegalStateException("broken"));
    assertThat(answer).isNotDone();
    store();
    assertThatThrownBy(answer::join).hasCauseInstanceOf(IllegalStateException.class);
    assertThat(outcomes()).containsExactly("failed");
  }

  public void aViewEndsWhenItsRecordIsStored() {
    CompletableFuture<Void> view =
        audit.viewed(OPERATOR, OperatorAction.VIEW_USER, ADA).toCompletableFuture();
    assertThat(view).isNotDone();
    store();
    assertThat(view).isDone();
    assertThat(outcomes()).containsExactly(AuditEntry.DONE);
    assertThat(audit.viewed(OPERATOR, OperatorAction.VIEW_USER, ADA).toCompletableFuture())
        .isDone();
    assertThat(held).isEmpty();
  }
}
