package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SecretsTest {

  private Path file;

  @BeforeMethod(alwaysRun = true)
  void createFile() throws IOException {
    file = Files.createTempFile("secret", ".txt");
  }

  @AfterMethod(alwaysRun = true)
  void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  public void isNeverPrinted() {
    assertThat(Secret.of("correct horse")).hasToString("***");
  }

  public void isEqualByItsBytes() {
    assertThat(Secret.of("a")).isEqualTo(Secret.of("a")).hasSameHashCodeAs(Secret.of("a"));
    assertThat(Secret.of("a")).isNotEqualTo(Secret.of("b"));
  }

  public void handsOutCopiesOnly() {
    Secret secret = Secret.of("a");
    secret.bytes()[0] = 'z';
    assertThat(secret.bytes()).containsExactly('a');
  }

  public void countsBytesNotCharacters() {
    assertThat(Secrets.text(8).parse("ääää")).contains(Secret.of("ääää"));
    assertThat(Secrets.text(8).parse("aaaaaaa")).isEmpty();
  }

  public void spacesBelongToASecretThatIsGivenDirectly() {
    assertThat(Secrets.text(8).parse("  aaaa  ")).contains(Secret.of("  aaaa  "));
  }

  public void spacesAroundASecretInAFileDoNotCount() throws IOException {
    Files.writeString(file, "\n 12345678 \r\n");
    assertThat(Secrets.file(8).parse(file.toString())).contains(Secret.of("12345678"));
    assertThat(Secrets.file(9).parse(file.toString())).isEmpty();
  }

  public void aFileThatCannotBeReadIsRefused() throws IOException {
    Files.delete(file);
    assertThat(Secrets.file(1).parse(file.toString())).isEmpty();
    assertThat(Secrets.file(1).parse(".")).isEmpty();
  }

  public void aFileThatIsNoTextOrTooLargeIsRefused() throws IOException {
    Files.write(file, "aä".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(Secrets.file(1).parse(file.toString())).isEmpty();
    Files.writeString(file, "x".repeat(65_537));
    assertThat(Secrets.file(1).parse(file.toString())).isEmpty();
  }
}
