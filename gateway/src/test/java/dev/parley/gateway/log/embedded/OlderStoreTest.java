package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.EventLogContract.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.codec.DeltaCodec;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.CommitResult;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.NewEvent;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.UsageRecount;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A store of the commit 4a1b375, which had no titles, lists, usages or saved runs. Its gateway in
 * development mode was asked by one user for a chat message and a run ({@code what is 6*7?}) on one
 * thread, and for a run with a tool on another, and was killed 0.6 s later. The zip has the folder
 * {@code log} without the files {@code LOCK}, {@code LOG} and {@code OPTIONS}.
 */
@Test(groups = "unit")
public class OlderStoreTest {

  private static final UserId ADA = new UserId("default", "ada");
  private static final ThreadKey ENDED = new ThreadKey(ADA, new ThreadId("t1"));
  private static final ThreadKey OPEN = new ThreadKey(ADA, new ThreadId("t2"));
  private static final RunId RUN = new RunId("r_0kEZ3G0Wwq9MyrG5kyU1");

  private Path folder;

  @BeforeMethod(alwaysRun = true)
  public void unpack() throws IOException {
    folder = Files.createTempDirectory("parley-older");
    InputStream stored = OlderStoreTest.class.getResourceAsStream("store-of-4a1b375.zip");
    try (ZipInputStream zip = new ZipInputStream(Objects.requireNonNull(stored))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.copy(zip, file);
      }
    }
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    EventLogContract.deleteAll(folder);
  }

  private EmbeddedLog open() {
    return EmbeddedLog.open(
        folder, Clock.systemUTC(), IdSource.random(), EmbeddedLog.LogOptions.of(new DeltaCodec()));
  }

  private static List<StoredEvent> read(EmbeddedLog log, ThreadKey thread) {
    return await(log.read(thread, 0, Integer.MAX_VALUE)).events();
  }

  public void everythingIsReadAlsoWhenItIsOpenedAgain() {
    for (int opening = 0; opening < 2; opening++) {
      try (EmbeddedLog log = open()) {
        List<StoredEvent> events = read(log, ENDED);
        assertThat(events.get(0).firstSeq()).isEqualTo(1);
        assertThat(events.get(events.size() - 1).seq()).isEqualTo(14);
        assertThat(events.get(events.size() - 1).type()).isEqualTo(EventType.AGENT_COMPLETED);
        events.forEach(each -> assertThat(EventCodec.read(each.type(), each.body())).isNotNull());
        assertThat(new String(events.get(0).body(), UTF_8)).contains("\"content\":\"hello\"");
        assertThat(await(log.threads(ADA, null, 9))).hasSize(2);
        UsageRecount.check(log, ADA);
      }
    }
  }

  @DataProvider
  public static Object[] newer() {
    return new Object[] {"format 1000", "Column families not opened: of_the_future"};
  }

  /** The files with data are as they were. */
  @Test(dataProvider = "newer")
  public void oneOfANewerVersionIsRefusedByItsFormat(String found) throws Exception {
    open().close();
    if (found.startsWith("format")) {
      try (DamagedStore store = new DamagedStore(folder)) {
        store.putFormat(1000);
      }
    } else {
      DamagedStore.addColumnFamily(folder, "of_the_future");
    }
    Map<String, Long> before = dataFiles();
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(this::open)
          .isInstanceOf(LogException.class)
          .hasMessage(
              "store.path: "
                  + folder
                  + " (expected: a store of format "
                  + EmbeddedLog.FORMAT
                  + " or earlier: start the newer version that wrote it, or restore a backup from"
                  + " before; found: "
                  + found
                  + ")");
    }
    if (found.startsWith("Column")) {
      assertThat(dataFiles()).isEqualTo(before);
    }
  }

  private Map<String, Long> dataFiles() throws IOException {
    Map<String, Long> sizes = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve("log"))) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        if (name.matches("CURRENT|NEWEST|MANIFEST-.*|.*\\.(log|sst)")) {
          sizes.put(name, Files.size(file));
        }
      }
    }
    return sizes;
  }

  public void itsOpenRunIsNotResumableAndIsEnded() {
    try (EmbeddedLog log = open()) {
      List<RunRecord> runs = await(log.openRuns());
      assertThat(runs).extracting(RunRecord::run).containsExactly(RUN);
      assertThat(runs.get(0).isResumable()).isFalse();
      assertThat(await(log.saved(ADA, RUN))).isEmpty();
      assertThat(read(log, OPEN).get(8).type()).isEqualTo(EventType.TOOL_EXECUTING);
      NewEvent end = new NewEvent(EventType.AGENT_FAILED, false, "end".getBytes(UTF_8));
      RunChange ended = new RunChange.Ended(RUN, RunState.FAILED);
      Commit commit = new Commit(OPEN, null, new Expectation.RunOpen(RUN), List.of(end), ended);
      assertThat(await(log.commit(commit))).isInstanceOf(CommitResult.Committed.class);
      UsageRecount.check(log, ADA);
    }
    try (EmbeddedLog log = open()) {
      assertThat(await(log.openRuns())).isEmpty();
      assertThat(await(log.head(OPEN)).head()).isEqualTo(10);
    }
  }
}
