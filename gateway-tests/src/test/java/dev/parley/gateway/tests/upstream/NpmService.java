package dev.parley.gateway.tests.upstream;

import dev.parley.gateway.tests.browser.NodeProgram;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.testng.SkipException;

/**
 * A service made of programs from npm, in a separate process on a free port of 127.0.0.1. It ends
 * with this process, at the latest. Used by one thread.
 */
final class NpmService implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("target/npm").toAbsolutePath();
  private static final Path SCRIPTS = Path.of("src/test/npm").toAbsolutePath();

  private final NodeProgram program;
  private final URI address;

  private NpmService(NodeProgram program) {
    this.program = program;
    this.address = URI.create(program.await("ready").path("url").asText());
  }

  /** aimock: both APIs of OpenAI and that of Anthropic under {@code /v1}, AG-UI under its path. */
  static NpmService aimock() {
    return start("@copilotkit/aimock", "aimock.mjs");
  }

  /** {@code langgraphjs dev} with the graph of {@code graph.mjs}. */
  static NpmService langGraph() {
    return start("@langchain/langgraph-cli", "langgraph.mjs");
  }

  /** An agent of Mastra that speaks AG-UI; aimock is its model. */
  static NpmService mastra() {
    return start("@ag-ui/mastra", "mastra.mjs");
  }

  /** Starts it and waits until it listens. Skips the test if it is not installed. */
  private static NpmService start(String module, String script) {
    if (!Files.isDirectory(PROGRAMS.resolve("node_modules").resolve(module))) {
      throw new SkipException(
          PROGRAMS + ": no " + module + " (expected: installed by scripts/test, which needs npm)");
    }
    Map<String, String> environment = Map.of("NODE_PROGRAMS", PROGRAMS.toString());
    return new NpmService(NodeProgram.start(environment, SCRIPTS.resolve(script).toString()));
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    program.close();
  }
}
