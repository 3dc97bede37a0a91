package dev.parley.gateway.tests.browser;

import dev.parley.gateway.tests.support.Bounds;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program for Node (20.19 or newer) from {@code src/test/js}. Used by one thread. */
final class NodeProgram implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("src/test/js").toAbsolutePath();

  private final Process process;
  private final BufferedReader output;

  private NodeProgram(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts node with these arguments, with a WebSocket (as yet a flag of Node 20). */
  static NodeProgram start(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.find("node", "nodejs").toString());
    command.add("--experimental-websocket");
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(SCRIPTS.toFile());
    builder.redirectErrorStream(true).environment().putAll(environment);
    try {
      return new NodeProgram(builder.start());
    } catch (IOException e) {
      throw new AssertionError("node: " + e, e);
    }
  }

  /** Waits for the end and returns all that was printed. */
  String whole() {
    try {
      String whole = String.join("\n", output.lines().toList());
      if (!process.waitFor(Bounds.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("node: still running; it said:\n" + whole);
      }
      return whole;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  int exitCode() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
