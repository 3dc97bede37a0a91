package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.config.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class StoredSecretTest {

  private static final String NAME = StoredSecret.DEVELOPMENT;

  private Path folder;

  @BeforeMethod(alwaysRun = true)
  public void makeFolder() throws IOException {
    folder = Files.createTempDirectory("parley-secret");
  }

  @AfterMethod(alwaysRun = true)
  public void removeFolder() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  public void staysTheSameOverARestart() throws IOException {
    Secret first = StoredSecret.in(folder.resolve("data"), NAME);
    assertThat(first.length()).isEqualTo(32);
    assertThat(StoredSecret.in(folder.resolve("data"), NAME)).isEqualTo(first);
  }

  public void isTheOwnersAlone() throws IOException {
    StoredSecret.in(folder, NAME);
    Path file = folder.resolve(NAME);
    assertThat(permissions(file)).isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    StoredSecret.in(folder, NAME);
    assertThat(permissions(file)).as("of one that was copied").isEqualTo("rw-------");
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  public void leavesNothingElseBehind() throws IOException {
    Files.writeString(folder.resolve("dev-secret.new"), "half of a secr");
    StoredSecret.in(folder, NAME);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString).toList())
          .isEqualTo(List.of("dev-secret"));
    }
  }

  public void refusesAFileThatHoldsSomethingElse() throws IOException {
    Files.writeString(folder.resolve(NAME), "mine");
    assertThatThrownBy(() -> StoredSecret.in(folder, NAME))
        .hasMessageEndingWith(
            "dev-secret: 4 bytes (expected: 32 bytes; remove the file for a new secret)");
  }

  public void differsInEveryStore() {
    assertThat(StoredSecret.random()).isNotEqualTo(StoredSecret.random());
  }
}
