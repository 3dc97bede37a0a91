package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreKind;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.testng.annotations.Test;

/** What RocksDB says of itself. */
@Test(groups = "unit")
public class StoreFiguresTest extends EventLogContract {

  public StoreFiguresTest() {
    super(StoreKind.EMBEDDED);
  }

  private Optional<StoreFigures> figures() {
    return ((EmbeddedLog) log).figures();
  }

  public void whatIsCommittedIsInBuffersAndThenInTables() {
    commit(append(T1, "x".repeat(50_000)));
    StoreFigures written = figures().orElseThrow();
    assertThat(written.bufferBytes()).isGreaterThan(50_000);
    assertThat(written.memoryBytes()).isBetween(50_000L, StoreConfig.DEFAULT_MEMORY);
    assertThat(written.isWriteStopped()).isFalse();
    assertThat(written.delayedBytesPerSecond()).isZero();
    reopen(Retention.DEFAULT);
    StoreFigures opened = figures().orElseThrow();
    assertThat(opened.tables()).isGreaterThan(written.tables());
    assertThat(opened.tableBytes()).isGreaterThan(written.tableBytes());
    assertThat(opened.liveBytes()).isPositive();
  }

  public void thereAreNoneWhileTheStoreIsClosedUnderTheReader() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    Thread reader =
        new Thread(
            () -> {
              while (figures().isPresent()) {
                begun.countDown();
              }
            },
            "reader");
    reader.start();
    begun.await();
    log.close();
    reader.join();
    assertThat(figures()).isEmpty();
  }
}
