package dev.parley.gateway.tests.upstream;

import dev.parley.gateway.tests.browser.NodeProgram;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.testng.SkipException;

/**
 * aimock in a separate process, on a free port of 127.0.0.1, with the answers of {@code
 * src/test/npm/aimock.mjs}. It ends with this process, at the latest. Used by one thread.
 */
final class Aimock implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("target/npm").toAbsolutePath();
  private static final Path SCRIPT = Path.of("src/test/npm/aimock.mjs").toAbsolutePath();

  private final NodeProgram program;
  private final URI address;

  private Aimock(NodeProgram program) {
    this.program = program;
    this.address = URI.create(program.await("ready").path("url").asText());
  }

  /** Starts it and waits until it listens. Skips the test if it is not installed. */
  static Aimock start() {
    if (!Files.isDirectory(PROGRAMS.resolve("node_modules/@copilotkit/aimock"))) {
      throw new SkipException(
          PROGRAMS + ": no aimock (expected: installed by scripts/test, which needs npm)");
    }
    Map<String, String> environment = Map.of("NODE_PROGRAMS", PROGRAMS.toString());
    return new Aimock(NodeProgram.start(environment, SCRIPT.toString()));
  }

  /** Where both APIs of OpenAI and that of Anthropic are served, with the {@code /v1}. */
  URI models() {
    return address.resolve("/v1");
  }

  /** Where AG-UI is served. */
  URI agui() {
    return address.resolve("/agui");
  }

  @Override
  public void close() {
    program.close();
  }
}
