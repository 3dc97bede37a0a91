package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.log.EventLogContract;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.protocol.IdSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** A store that cannot be opened is refused with its folder, the reason, and what to do. */
@Test(groups = "unit")
public class StoreFolderTest {

  private Path temp;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() throws IOException {
    temp = Files.createTempDirectory("parley-store");
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    EventLogContract.deleteAll(temp);
  }

  public void makesFoldersThatOnlyTheOwnerMayEnter() throws IOException {
    Path path = temp.resolve("a/b");
    open(path).close();
    for (Path made : List.of(temp.resolve("a"), path, path.resolve("log"))) {
      assertThat(permissions(made)).isEqualTo("rwx------");
    }
  }

  public void closesAnOpenFolderOfTheStoreToOthers() throws IOException {
    Path files = Files.createDirectory(temp.resolve("log"));
    Files.setPosixFilePermissions(files, PosixFilePermissions.fromString("rwxr-xr-x"));
    open(temp).close();
    assertThat(permissions(files)).isEqualTo("rwx------");
  }

  public void aFileIsNoStore() throws IOException {
    Path file = Files.createFile(temp.resolve("file"));
    assertRefused(file).hasMessageContaining("this is a file: remove it, or name another path");
  }

  public void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Path below = Files.createFile(temp.resolve("file")).resolve("store");
    assertRefused(below).hasMessageContaining("change its owner or its rights, or name another");
  }

  /** A dangling link prevents writing, even for root. */
  public void aFolderThatCannotBeWrittenToIsNamed() throws IOException {
    Files.createSymbolicLink(temp.resolve("log"), temp.resolve("nowhere"));
    assertRefused(temp).hasMessageContaining("change its owner or its rights, or name another");
  }

  public void aStoreThatIsOpenAlreadyIsNamed() {
    EmbeddedLog first = open(temp);
    assertRefused(temp).hasMessageContaining("stop the other gateway, or name another path");
    first.close();
    open(temp).close();
  }

  private static EmbeddedLog open(Path path) {
    return EmbeddedLog.open(
        path, Clock.systemUTC(), IdSource.random(), EmbeddedLog.LogOptions.of(new TextDeltas()));
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertRefused(Path path) {
    return assertThatThrownBy(() -> open(path))
        .isInstanceOf(LogException.class)
        .hasMessageStartingWith("store.path: " + path + " (expected: ");
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
