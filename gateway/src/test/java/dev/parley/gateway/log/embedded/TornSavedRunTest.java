package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.testing.Repeats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * A power loss may leave any first part of the newest file of the write-ahead log. Whichever it is,
 * the checkpoint of a run and its events are of one commit.
 */
@Test(groups = "unit")
public class TornSavedRunTest {

  private static final int COMMITS = Repeats.of(8, 24);
  private static final int CUTS_PER_COMMIT = Repeats.of(1, 3);
  private static final RunId FIRST = new RunId("r_first");
  private static final RunId SECOND = new RunId("r_second");

  private Path folder;
  private Path torn;

  /** The state after each commit, and the bytes of the newest file then. */
  private final List<Committed> committed = new ArrayList<>();

  private record Committed(String state, long bytes) {}

  @BeforeMethod(alwaysRun = true)
  public void fillStore() throws IOException {
    committed.clear();
    folder = Files.createTempDirectory("parley-torn");
    torn = folder.resolve("torn");
    // Opens the store twice, so that the newest file has nothing but these commits.
    open(folder.resolve("whole")).close();
    try (EmbeddedLog log = open(folder.resolve("whole"))) {
      record("none");
      run(log, FIRST);
      await(log.commit(Commits.end(T1, FIRST)));
      record("none");
      run(log, SECOND);
    }
  }

  private void record(String state) throws IOException {
    committed.add(new Committed(state, Files.size(newest(folder.resolve("whole")))));
  }

  /** Every fourth checkpoint has no events. */
  private void run(EmbeddedLog log, RunId run) throws IOException {
    await(
        log.commit(
            Commits.commit(
                T1, null, new Expectation.Idle(), SavedRunsOnDisk.open(run), "begin " + run)));
    record(run.value());
    String last = "";
    for (int step = 0; step < COMMITS; step++) {
      String[] bodies = step % 4 == 3 ? new String[0] : new String[1 + step % 3];
      Arrays.fill(bodies, SavedRunsOnDisk.SAID + run + " " + step);
      last = bodies.length == 0 ? last : bodies[0];
      SavedRunsOnDisk.Place place = new SavedRunsOnDisk.Place(step, last);
      await(log.commit(SavedRunsOnDisk.checkpoint(T1, run, place, bodies)));
      record(place.toString());
    }
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    EventLogContract.deleteAll(folder);
  }

  public void theCheckpointIsThatOfTheEvents() throws IOException {
    byte[] newest = Files.readAllBytes(newest(folder.resolve("whole")));
    Random random = new Random(3);
    for (int i = 0; i + 1 < committed.size(); i++) {
      Committed kept = committed.get(i);
      long lost = committed.get(i + 1).bytes();
      for (int cut = 0; cut < CUTS_PER_COMMIT; cut++) {
        int length = (int) random.nextLong(kept.bytes(), lost);
        assertThat(afterTheLossOfAllBut(length, newest))
            .as("%d bytes", length)
            .isEqualTo(kept.state());
      }
    }
  }

  private String afterTheLossOfAllBut(int length, byte[] newest) throws IOException {
    copy(folder.resolve("whole"), torn);
    Files.write(newest(torn), Arrays.copyOf(newest, length));
    // It is written with the end of the process, which a power loss does not have.
    Files.delete(torn.resolve("log").resolve(NewestRecordFile.NAME));
    String seen;
    try (EmbeddedLog log = open(torn)) {
      SavedRunsOnDisk.check(log, T1, -1);
      seen =
          SavedRunsOnDisk.place(log, T1)
              .map(SavedRunsOnDisk.Place::toString)
              .orElseGet(() -> openRun(log));
    }
    SavedRunsOnDisk.checkNothingElse(torn);
    EventLogContract.deleteAll(torn);
    return seen;
  }

  private static String openRun(EmbeddedLog log) {
    RunId open = await(log.head(T1)).openRun();
    return open == null ? "none" : open.value();
  }

  private static EmbeddedLog open(Path path) {
    return EmbeddedLog.open(
        path, Clock.systemUTC(), IdSource.random(), EmbeddedLog.LogOptions.of(new TextDeltas()));
  }

  private static Path newest(Path store) throws IOException {
    try (Stream<Path> files = Files.list(store.resolve("log"))) {
      return files
          .filter(file -> file.toString().endsWith(".log"))
          .max(Comparator.comparing(Path::toString))
          .orElseThrow();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    List<Path> all;
    try (Stream<Path> files = Files.walk(from)) {
      all = files.toList();
    }
    for (Path file : all) {
      try {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
