package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.ADA;
import static dev.parley.gateway.log.EventLogContract.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.CommandReceipt;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.UsageRecount;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.RunId;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/**
 * kill -9 in the middle of commits: completed commits are stored, and no commit is stored in part.
 * A checkpoint is as old as the events of its run. The number of rounds is set by {@code
 * parley.kill.rounds}; {@code parley.kill.seed} repeats their lengths.
 */
@Test(groups = "unit")
public class KillTest {

  private static final int ROUNDS = Integer.getInteger("parley.kill.rounds", 5);
  private static final long SEED = Long.getLong("parley.kill.seed", System.nanoTime());
  private static final int ROUNDS_OF_A_STORE = 10;

  private Path folder;
  private Path store;

  /** One line of the target: a commit that completed before the kill. */
  private record CompletedCommit(ThreadKey thread, String command, long first, long last) {

    static CompletedCommit parse(String line) {
      String[] parts = line.split(" ", -1);
      return new CompletedCommit(
          Commits.thread(ADA, parts[0]),
          parts[1],
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]));
    }
  }

  /** The same for a checkpoint. */
  private record CompletedCheckpoint(ThreadKey thread, RunId run, long step) {

    static CompletedCheckpoint parse(String line) {
      String[] parts = line.split(" ", -1);
      return new CompletedCheckpoint(
          Commits.thread(ADA, parts[0]), new RunId(parts[1]), Long.parseLong(parts[2]));
    }
  }

  /** The newest completed checkpoint of each thread. */
  private final Map<ThreadKey, CompletedCheckpoint> checkpoints = new HashMap<>();

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() throws IOException {
    folder = Files.createTempDirectory("parley-kill");
    store = folder.resolve("store");
    Files.createDirectory(folder.resolve("tmp"));
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    EventLogContract.deleteAll(folder);
  }

  public void storesCompletedCommitsAndNoneInPart() throws Exception {
    System.out.printf("kill -9: %d rounds, -Dparley.kill.seed=%d%n", ROUNDS, SEED);
    Random random = new Random(SEED);
    List<CompletedCommit> completed = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      if (round % ROUNDS_OF_A_STORE == 0) {
        completed.clear();
        checkpoints.clear();
        store = folder.resolve("store-" + round);
      }
      completed.addAll(runAndKill(round, random.nextInt(2_000)));
      try (EventLog log = open()) {
        completed.forEach(one -> assertKept(log, one));
        IntStream.range(0, KillTarget.THREADS)
            .mapToObj(KillTarget::thread)
            .forEach(
                thread -> {
                  assertWhole(log, thread);
                  SavedRunsOnDisk.check(log, thread, known(log, thread));
                });
        assertOpenRunsIndexed(log);
        UsageRecount.check(log, ADA);
      }
      ListedThreads.check(store);
      SavedRunsOnDisk.checkNothingElse(store);
    }
  }

  /** The step of the newest completed checkpoint of the thread's open run. */
  private long known(EventLog log, ThreadKey thread) {
    CompletedCheckpoint newest = checkpoints.get(thread);
    return newest == null || !newest.run().equals(await(log.head(thread)).openRun())
        ? -1
        : newest.step();
  }

  /**
   * Kills the target when it has printed this many lines. Lines that it prints until then count
   * too.
   */
  private List<CompletedCommit> runAndKill(int round, int lines) throws Exception {
    Process target = start(round);
    List<CompletedCommit> completed = new ArrayList<>();
    try (BufferedReader output = target.inputReader(UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.endsWith(" .")) {
          completed.add(CompletedCommit.parse(line));
        }
        if (line.endsWith(" =")) {
          CompletedCheckpoint newest = CompletedCheckpoint.parse(line);
          checkpoints.put(newest.thread(), newest);
        }
        if (completed.size() > lines) {
          target.toHandle().destroyForcibly();
        }
      }
    } finally {
      target.destroyForcibly().waitFor();
    }
    assertThat(completed).as("lines before the kill").hasSizeGreaterThan(lines);
    return completed;
  }

  private Process start(int round) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Djava.io.tmpdir=" + folder.resolve("tmp"),
            "-cp",
            System.getProperty("java.class.path"),
            KillTarget.class.getName(),
            store.toString(),
            Integer.toString(round))
        .redirectError(Redirect.INHERIT)
        .start();
  }

  private EventLog open() {
    return EmbeddedLog.open(
        store, Clock.systemUTC(), IdSource.random(), EmbeddedLog.LogOptions.of(new TextDeltas()));
  }

  private static void assertKept(EventLog log, CompletedCommit one) {
    assertThat(await(log.find(ADA, new CommandId(one.command()))))
        .map(CommandReceipt::seq)
        .contains(one.first());
    EventPage page = await(log.read(one.thread(), one.first() - 1, 1));
    assertThat(body(page.events().get(0))).isEqualTo(one.command());
    assertThat(page.head().head()).isGreaterThanOrEqualTo(one.last());
  }

  /** Every seq is stored, and every command has all its events and its ledger entry. */
  private static void assertWhole(EventLog log, ThreadKey thread) {
    EventPage page = await(log.read(thread, 0, Integer.MAX_VALUE));
    assertThat(page.events())
        .extracting(StoredEvent::seq)
        .isEqualTo(LongStream.rangeClosed(1, page.head().head()).boxed().toList());
    page.events().stream()
        .filter(event -> !body(event).startsWith(SavedRunsOnDisk.SAID))
        .collect(Collectors.groupingBy(KillTest::body))
        .forEach((command, events) -> assertCommandWhole(log, command, events));
  }

  private static void assertCommandWhole(EventLog log, String command, List<StoredEvent> events) {
    assertThat(events).hasSize(KillTarget.events(command));
    assertThat(await(log.find(ADA, new CommandId(command))))
        .map(CommandReceipt::seq)
        .contains(events.get(0).seq());
  }

  private static void assertOpenRunsIndexed(EventLog log) {
    List<RunId> open =
        IntStream.range(0, KillTarget.THREADS)
            .mapToObj(KillTarget::thread)
            .map(thread -> await(log.head(thread)))
            .map(ThreadHead::openRun)
            .filter(run -> run != null)
            .toList();
    assertThat(await(log.openRuns()))
        .extracting(RunRecord::run)
        .containsExactlyInAnyOrderElementsOf(open);
  }

  private static String body(StoredEvent event) {
    return new String(event.body(), UTF_8);
  }
}
