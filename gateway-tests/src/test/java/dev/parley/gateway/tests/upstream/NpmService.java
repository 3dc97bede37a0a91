package dev.parley.gateway.tests.upstream;

import dev.parley.gateway.tests.browser.NodeProgram;
import dev.parley.gateway.tests.browser.NpmPrograms;
import java.net.URI;

/**
 * A service made of programs from npm, in a separate process on a free port of 127.0.0.1. It ends
 * with this process, at the latest. Used by one thread.
 */
final class NpmService implements AutoCloseable {
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

  /** The MCP server "everything", as streamable HTTP under {@code /mcp}. */
  static NpmService everything() {
    return start("@modelcontextprotocol/server-everything", "everything.mjs");
  }

  /** Starts it and waits until it listens. Skips the test if it is not installed. */
  private static NpmService start(String module, String script) {
    return new NpmService(NpmPrograms.start(module, script));
  }

  URI address() {
    return address;
  }

  @Override
  public void close() {
    program.close();
  }
}
