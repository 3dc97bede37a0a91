package dev.parley.gateway.tests.browser;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A program that prints lines of JSON: for Node (20.19 or newer) from {@code src/test/js}, or for
 * Python. Used by one thread.
 */
public final class NodeProgram implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("src/test/js").toAbsolutePath();

  private final Process process;
  private final BufferedReader output;
  private final List<JsonNode> lines = new ArrayList<>();

  private NodeProgram(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts Node with these arguments and with a WebSocket, which needs a flag in Node 20. */
  public static NodeProgram start(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Programs.find("node", "nodejs").toString());
    command.add("--experimental-websocket");
    command.addAll(List.of(arguments));
    return start(environment, command);
  }

  /** Starts Python 3 with these arguments. */
  public static NodeProgram startPython(Map<String, String> environment, String... arguments) {
    List<String> command = new ArrayList<>(List.of(Programs.find("python3").toString()));
    command.addAll(List.of(arguments));
    return start(environment, command);
  }

  private static NodeProgram start(Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(SCRIPTS.toFile());
    builder.redirectErrorStream(true).environment().putAll(environment);
    try {
      return new NodeProgram(builder.start());
    } catch (IOException e) {
      throw new AssertionError(command.get(0) + ": " + e, e);
    }
  }

  /** Reads lines of JSON up to the first match and returns it. */
  public JsonNode await(Predicate<JsonNode> wanted) {
    try {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("{")) {
          JsonNode json = Json.parse(line);
          lines.add(json);
          if (wanted.test(json)) {
            return json;
          }
        }
      }
    } catch (IOException e) {
      throw new AssertionError("node: " + e, e);
    }
    throw new AssertionError("node: ended early (expected: another line than) " + lines);
  }

  public JsonNode await(String name) {
    return await(line -> line.path("name").asText().equals(name));
  }

  /** All JSON lines read so far. */
  public List<JsonNode> lines() {
    return List.copyOf(lines);
  }

  /** Waits for the end and returns the whole output. */
  public String whole() {
    try {
      String whole = String.join("\n", output.lines().toList());
      if (!process.waitFor(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("node: still running; output:\n" + whole);
      }
      return whole;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  public int exitCode() {
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
