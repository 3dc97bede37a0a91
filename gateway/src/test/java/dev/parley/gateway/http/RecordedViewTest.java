package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.ForwardedAuditLog;
import dev.parley.gateway.log.AuditEntry;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.handler.codec.http.FullHttpRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A user is shown only when the view is recorded. */
@Test(groups = "unit")
public class RecordedViewTest {

  private MemoryLog log;
  private boolean fails;
  private Exchange exchange;

  /** The records of the log, which takes no more while the test says so. */
  private final class FailingRecords extends ForwardedAuditLog {
    FailingRecords() {
      super(log.audit());
    }

    @Override
    public CompletionStage<Void> put(AuditEntry entry) {
      return fails
          ? CompletableFuture.failedStage(new LogException("log: closed"))
          : log.audit().put(entry);
    }
  }

  @BeforeMethod(alwaysRun = true)
  public void build() {
    log = new MemoryLog(Clock.systemUTC(), IdSource.random());
    fails = false;
    OperatorAccess access =
        new OperatorAccess(new Audit(new FailingRecords(), Clock.systemUTC(), () -> {}));
    exchange = Exchange.ready(RecordedViewTest::verify, new UserThreadsEndpoint(access, log));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    log.close();
  }

  private static Principal verify(String token) {
    return new Principal(
        new UserId("default", token), "early", EnumSet.of(Scope.ADMIN), Instant.MAX);
  }

  private int look() {
    FullHttpRequest request = Exchange.request("GET", "/v1/users/threads?user_id=ada", "");
    request.headers().set("authorization", "Bearer eve");
    return exchange.send(request).status();
  }

  private List<AuditEntry> records() {
    return log.audit()
        .read(new UserId("default", "eve"), null, Long.MAX_VALUE, 9)
        .toCompletableFuture()
        .join()
        .entries();
  }

  public void nothingIsShownWhileTheLogRecordsNothing() {
    fails = true;
    assertThat(look()).isEqualTo(503);
    assertThat(look()).isEqualTo(503);
    fails = false;
    assertThat(look()).isEqualTo(200);
    assertThat(look()).isEqualTo(200);
    assertThat(records()).hasSize(1);
  }
}
