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
public class DevSecretTest {

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
    Secret first = DevSecret.in(folder.resolve("data"));
    assertThat(first.length()).isEqualTo(32);
    assertThat(DevSecret.in(folder.resolve("data"))).isEqualTo(first);
  }

  public void isTheOwnersAlone() throws IOException {
    DevSecret.in(folder);
    Path file = folder.resolve(DevSecret.FILE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  public void leavesNothingElseBehind() throws IOException {
    Files.writeString(folder.resolve("dev-secret.new"), "half of a secr");
    DevSecret.in(folder);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(Path::getFileName).map(Path::toString).toList())
          .isEqualTo(List.of("dev-secret"));
    }
  }

  public void refusesAFileThatHoldsSomethingElse() throws IOException {
    Files.writeString(folder.resolve(DevSecret.FILE), "mine");
    assertThatThrownBy(() -> DevSecret.in(folder))
        .hasMessageEndingWith(
            "dev-secret: 4 bytes (expected: 32 bytes; remove the file for a new secret)");
  }

  public void differsInEveryStore() {
    assertThat(DevSecret.random()).isNotEqualTo(DevSecret.random());
  }
}
