package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.Test;

/**
 * The type declarations of the client, checked by the TypeScript compiler with a user's program.
 */
@Test(groups = {"external", "chat_events"})
public class ClientTypesTest {

  /** The program marks its mistakes with {@code @ts-expect-error}. */
  public void theTypesAcceptACorrectProgramAndRejectItsMarkedMistakes() {
    Path compiler = WebJar.of("typescript").unpack("lib", Path.of("target")).toAbsolutePath();
    try (NodeProgram tsc =
        NodeProgram.start(Map.of(), compiler.resolve("tsc.js").toString(), "-p", "types")) {
      String output = tsc.whole();
      assertThat(tsc.exitCode()).as(output).isZero();
    }
  }
}
