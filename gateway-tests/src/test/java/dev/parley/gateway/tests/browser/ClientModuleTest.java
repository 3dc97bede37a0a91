package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.testng.annotations.Test;

/** The client module in Node (20.19 or newer), against a server that does everything wrong. */
@Test(groups = "external")
public class ClientModuleTest {
  private static final Path SCRIPTS = Path.of("src/test/js").toAbsolutePath();

  @Test(groups = {"chat_events", "error_recovery"})
  public void theClientKeepsItsRules() throws IOException, InterruptedException {
    String node = Programs.find("node", "nodejs").toString();
    Process process =
        new ProcessBuilder(node, "--test")
            .directory(SCRIPTS.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output).containsPattern("pass [1-9]");
  }
}
