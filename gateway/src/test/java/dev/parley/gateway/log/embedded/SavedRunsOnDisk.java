package dev.parley.gateway.log.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Commit;
import dev.parley.gateway.log.Commits;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.Expectation;
import dev.parley.gateway.log.RunChange;
import dev.parley.gateway.log.SavedRun;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Commits of resumable runs whose checkpoint says after which event it was made, and the check that
 * a store has both or neither.
 */
final class SavedRunsOnDisk {

  static final RawJson REQUEST = RawJson.of("{\"input\":\"go\"}");

  /** The bodies of all events that come with a checkpoint begin so. */
  static final String SAID = "said ";

  private SavedRunsOnDisk() {}

  /**
   * What a checkpoint says.
   *
   * @param step how many checkpoints the run had before
   * @param last the body of the newest event before it
   */
  record Place(long step, String last) {

    RawJson toJson() {
      return RawJson.of("\"" + step + " " + last + "\"");
    }

    static Place read(RawJson json) {
      String[] parts = json.toString().replace("\"", "").split(" ", 2);
      return new Place(Long.parseLong(parts[0]), parts[1]);
    }
  }

  static RunChange open(RunId run) {
    return new RunChange.Opened(run, Commits.AGENT, Commits.MESSAGE, null, REQUEST);
  }

  /** The checkpoint after these events, the last of which is given if there are none. */
  static Commit checkpoint(ThreadKey thread, RunId run, Place place, String... bodies) {
    return Commits.commit(
        thread,
        null,
        new Expectation.RunOpen(run),
        new RunChange.Checkpointed(run, place.toJson()),
        bodies);
  }

  /** Where the thread's open run stands, if it is resumable and has a checkpoint. */
  static Optional<Place> place(EventLog log, ThreadKey thread) {
    RunId open = EventLogContract.await(log.head(thread)).openRun();
    return open == null
        ? Optional.empty()
        : EventLogContract.await(log.saved(thread.user(), open))
            .map(SavedRun::checkpoint)
            .map(Place::read);
  }

  /**
   * The checkpoint of the thread's open run was made after its newest event, and not before.
   *
   * @param known the step of a checkpoint that was acknowledged; negative if there is none
   */
  static void check(EventLog log, ThreadKey thread, long known) {
    ThreadHead head = EventLogContract.await(log.head(thread));
    RunId open = head.openRun();
    if (open == null) {
      return;
    }
    SavedRun saved = EventLogContract.await(log.saved(thread.user(), open)).orElse(null);
    boolean isResumable =
        EventLogContract.await(log.run(thread.user(), open)).orElseThrow().isResumable();
    assertThat(saved != null).as("what is saved of " + open).isEqualTo(isResumable);
    if (saved != null) {
      assertThat(saved.request()).isEqualTo(REQUEST);
      check(saved.checkpoint(), newest(log, thread, head), known);
    }
  }

  private static void check(@Nullable RawJson checkpoint, String newest, long known) {
    if (checkpoint == null) {
      assertThat(known).as("acknowledged checkpoint, where there is none").isNegative();
      assertThat(newest).as("newest event of a run without a checkpoint").doesNotStartWith(SAID);
    } else {
      Place place = Place.read(checkpoint);
      assertThat(place.last()).as("event before the checkpoint").isEqualTo(newest);
      assertThat(place.step()).as("step of the checkpoint").isGreaterThanOrEqualTo(known);
    }
  }

  private static String newest(EventLog log, ThreadKey thread, ThreadHead head) {
    EventPage page = EventLogContract.await(log.read(thread, head.head() - 1, 1));
    StoredEvent last = page.events().get(0);
    return new String(last.body(), UTF_8);
  }

  /** A store that is closed has nothing of runs that have ended. */
  static void checkNothingElse(Path folder) {
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY)) {
      List<String> open = new ArrayList<>();
      files.scan(
          ColumnFamily.OPEN_RUNS,
          (key, value) ->
              open.add(hex(Keys.run(Keys.parseThread(key).user(), Values.runId(value)))));
      files.scan(
          ColumnFamily.SAVED_RUNS,
          (key, value) -> {
            assertThat(open).contains(hex(key).substring(0, 2 * (key.length - 1)));
            return true;
          });
    }
  }

  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }
}
