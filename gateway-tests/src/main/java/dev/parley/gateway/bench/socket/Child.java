package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, on a free port of 127.0.0.1. Used by one thread. */
final class Child implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("is ready at http://127\\.0\\.0\\.1:(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 20;

  private final Process process;
  private final Path log;
  private final int port;

  private Child(Process process, Path log) throws IOException, InterruptedException {
    this.process = process;
    this.log = log;
    this.port = awaitPort();
  }

  /** Starts it with this JVM's Java; what it prints goes to the file. */
  static Child start(List<String> arguments, Map<String, String> environment, Path log)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder();
    builder.command().add(ProcessHandle.current().info().command().orElse("java"));
    builder.command().addAll(arguments);
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // Who ends the benchmark ends its servers.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-server"));
    try {
      return new Child(process, log);
    } catch (IOException | InterruptedException | RuntimeException failure) {
      process.destroyForcibly();
      throw failure;
    }
  }

  private int awaitPort() throws IOException, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      Matcher ready = READY.matcher(Files.readString(log));
      if (ready.find()) {
        return Integer.parseInt(ready.group(1));
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    throw new IllegalStateException(
        "server: not ready (expected: a port); it said:\n" + Files.readString(log));
  }

  int port() {
    return port;
  }

  /** User and system time of the process so far; the kernel counts it in steps of 10 ms. */
  long cpuNanos() {
    return process.info().totalCpuDuration().orElseThrow().toNanos();
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
