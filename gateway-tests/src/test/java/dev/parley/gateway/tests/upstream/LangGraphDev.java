package dev.parley.gateway.tests.upstream;

import dev.parley.gateway.tests.browser.NodeProgram;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.testng.SkipException;

/**
 * The server of {@code langgraphjs dev} in a separate process, on a free port of 127.0.0.1, with
 * the graph of {@code src/test/npm/graph.mjs}. It ends with this process, at the latest. Used by
 * one thread.
 */
final class LangGraphDev implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("target/npm").toAbsolutePath();
  private static final Path SCRIPT = Path.of("src/test/npm/langgraph.mjs").toAbsolutePath();

  private final NodeProgram program;
  private final URI address;

  private LangGraphDev(NodeProgram program) {
    this.program = program;
    this.address = URI.create(program.await("ready").path("url").asText());
  }

  /** Starts it and waits until it listens. Skips the test if it is not installed. */
  static LangGraphDev start() {
    if (!Files.isDirectory(PROGRAMS.resolve("node_modules/@langchain/langgraph-cli"))) {
      throw new SkipException(
          PROGRAMS + ": no langgraph-cli (expected: installed by scripts/test, which needs npm)");
    }
    Map<String, String> environment =
        Map.of("NODE_PROGRAMS", PROGRAMS.toString(), "LANGSMITH_TRACING", "false");
    return new LangGraphDev(NodeProgram.start(environment, SCRIPT.toString()));
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    program.close();
  }
}
