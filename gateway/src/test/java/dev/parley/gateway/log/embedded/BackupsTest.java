package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.R1;
import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.Commits.bodies;
import static dev.parley.gateway.log.Commits.start;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.RunRecord;
import dev.parley.gateway.log.StoreKind;
import dev.parley.gateway.protocol.Epoch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.testng.annotations.Test;

/** A copy of a running store is a store of another generation. */
@Test(groups = "unit")
public class BackupsTest extends EventLogContract {

  public BackupsTest() {
    super(StoreKind.EMBEDDED);
  }

  public void holdsEarlierCommitsAndNoLaterOnes() {
    commit(append(T1, "a", "b"));
    Path backup = backUp("monday").orElseThrow();
    commit(append(T1, "c"));
    assertThat(backup).isEqualTo(folder.resolve("backups/monday"));
    moveTo(backup);
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a", "b");
  }

  public void isAStoreOfItsOwnGenerationFromItsFirstOpeningOn() {
    commit(append(T1, "a"));
    Epoch original = await(log.head(T1)).epoch();
    Path backup = backUp("monday").orElseThrow();
    moveTo(backup);
    Epoch restored = await(log.head(T1)).epoch();
    assertThat(restored).isNotEqualTo(original).isEqualTo(epoch());
    moveTo(backup);
    assertThat(await(log.head(T1)).epoch()).isEqualTo(restored);
  }

  public void knowsTheRunsThatWereOpen() {
    commit(start(T1, null, R1));
    moveTo(backUp("monday").orElseThrow());
    assertThat(await(log.openRuns())).extracting(RunRecord::run).containsExactly(R1);
  }

  public void neverReplacesAnother() {
    commit(append(T1, "a"));
    assertThat(backUp("monday")).isPresent();
    commit(append(T1, "b"));
    assertThat(backUp("monday")).isEmpty();
    moveTo(folder.resolve("backups/monday"));
    assertThat(bodies(read(T1, 0, WHOLE))).containsExactly("a");
  }

  public void anInterruptedCopyDoesNotPreventTheNext() throws IOException {
    Files.createDirectories(folder.resolve("backups/.partial/log"));
    Files.createFile(folder.resolve("backups/.partial/log/000001.sst"));
    assertThat(backUp("monday")).isPresent();
    assertThat(folder.resolve("backups/.partial")).doesNotExist();
  }

  private Optional<Path> backUp(String name) {
    return await(((EmbeddedLog) log).backUp(name));
  }

  private void moveTo(Path other) {
    log.close();
    log = store.open(other, clock, QueueBound.DEFAULT_BYTES);
  }
}
