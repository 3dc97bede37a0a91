package dev.parley.gateway.log.embedded;

import static dev.parley.gateway.log.Commits.T1;
import static dev.parley.gateway.log.Commits.append;
import static dev.parley.gateway.log.EventLogContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.protocol.IdSource;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * A store with a damaged file is refused with the file and what to do; it is never opened as an
 * empty store.
 */
@Test(groups = "unit")
public class DamageTest {

  private static final String WHAT_TO_DO =
      " (expected: an undamaged store: restore a backup, or name a new path to begin empty; found:";

  private Path folder;

  /** How a file is damaged. */
  private enum Damage {
    CUT,
    EMPTIED,
    FLIPPED,
    ZEROED,
    REMOVED;

    void apply(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      switch (this) {
        case CUT -> Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
        case EMPTIED -> Files.write(file, new byte[0]);
        case FLIPPED -> {
          bytes[bytes.length / 2] ^= 1;
          Files.write(file, bytes);
        }
        case ZEROED -> Files.write(file, new byte[bytes.length]);
        case REMOVED -> Files.delete(file);
      }
    }
  }

  @DataProvider
  public static Object[][] damages() {
    return Stream.of("[0-9]*.sst", "MANIFEST-*", "CURRENT", "[0-9]*.log")
        .flatMap(file -> Stream.of(Damage.values()).map(damage -> new Object[] {damage, file}))
        .toArray(Object[][]::new);
  }

  /**
   * Opens the store twice, so that the first events are in a table and the last in the write-ahead
   * log. The texts do not compress, so the middle of the largest table is a block of events:
   * RocksDB opens a table whose block of properties is damaged, and loses nothing.
   */
  @BeforeMethod(alwaysRun = true)
  public void fillStore() throws IOException {
    folder = Files.createTempDirectory("parley-damage");
    Random random = new Random(1);
    for (int opening = 0; opening < 2; opening++) {
      try (EmbeddedLog log = open()) {
        for (int i = 0; i < 50; i++) {
          await(log.commit(append(T1, text(random))));
        }
      }
    }
  }

  private static String text(Random random) {
    return random
        .ints(600, 'a', 'z' + 1)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    EventLogContract.deleteAll(folder);
  }

  @Test(dataProvider = "damages")
  public void isNamedWithWhatToDo(Damage damage, String pattern) throws IOException {
    Path file = largest(pattern);
    damage.apply(file);
    for (int attempt = 0; attempt < 2; attempt++) {
      assertThatThrownBy(this::openAndReadAll)
          .isInstanceOf(LogException.class)
          .hasMessageStartingWith("store.path: " + folder + WHAT_TO_DO)
          .message()
          .containsAnyOf(file.toString(), "CURRENT file ", "NEWEST");
    }
  }

  /** RocksDB takes a list that ends between two records for a whole one. */
  public void aListOfTablesThatIsCutAnywhereIsRefused() throws IOException {
    Path file = largest("MANIFEST-*");
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertThatThrownBy(this::open)
          .as("%d of %d bytes", length, bytes.length)
          .isInstanceOf(LogException.class)
          .hasMessageStartingWith("store.path: " + folder + WHAT_TO_DO)
          .hasMessageContaining(file.toString());
    }
    Files.write(file, bytes);
    openAndReadAll();
  }

  public void anOlderListOfTablesIsRefused() throws IOException {
    Path file = largest("MANIFEST-*");
    Path older = file.resolveSibling("MANIFEST-000001");
    Files.move(file, older);
    Files.writeString(file.resolveSibling("CURRENT"), "MANIFEST-000001\n");
    assertThatThrownBy(this::open)
        .hasMessageStartingWith("store.path: " + folder + WHAT_TO_DO)
        .hasMessageContaining(older.toString());
  }

  /** A crash in the middle of a write leaves a part of a record that was never acknowledged. */
  public void anUnacknowledgedRecordMayBeTorn() throws IOException {
    Files.delete(folder.resolve("log").resolve(NewestRecordFile.NAME));
    Path newest = largest("[0-9]*.log");
    byte[] bytes = Files.readAllBytes(newest);
    Files.write(newest, Arrays.copyOf(bytes, bytes.length - 3));
    try (EmbeddedLog log = open()) {
      assertThat(await(log.head(T1)).head()).isEqualTo(99);
    }
  }

  public void aTornNewestRecordFileIsIgnored() throws IOException {
    Files.write(folder.resolve("log").resolve(NewestRecordFile.NAME), new byte[] {'f', 'f'});
    openAndReadAll();
  }

  private void openAndReadAll() {
    try (EmbeddedLog log = open()) {
      assertThat(await(log.read(T1, 0, Integer.MAX_VALUE)).events()).hasSize(100);
    }
  }

  private EmbeddedLog open() {
    return EmbeddedLog.open(
        folder, Clock.systemUTC(), IdSource.random(), EmbeddedLog.LogOptions.of(new TextDeltas()));
  }

  private Path largest(String pattern) throws IOException {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.resolve("log"), pattern)) {
      files.forEach(found::add);
    }
    return Collections.max(found, Comparator.comparingLong(file -> file.toFile().length()));
  }
}
