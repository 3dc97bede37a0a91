package dev.parley.gateway.bench.socket;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A server in a separate process, on a free port of 127.0.0.1, with a {@link Probe}. Used by one
 * thread.
 */
final class Child implements AutoCloseable {

  private static final Pattern READY =
      Pattern.compile("is ready at https?://127\\.0\\.0\\.1:(\\d+)");

  /** Flags of every JVM besides those of its benchmark; tests of the benchmarks set them. */
  private static final List<String> MORE_FLAGS =
      Stream.of(System.getProperty("parley.bench.flags", "").split(" "))
          .filter(flag -> !flag.isEmpty())
          .toList();

  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final Duration LONGEST_END = Duration.ofMinutes(4);
  private static final long POLL_MILLIS = 20;

  private final Process process;
  private final Path log;
  private final int port;
  private int requests;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.port = Integer.parseInt(await(READY).group(1));
  }

  /** The class path of this JVM. */
  static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** Starts a main class of the class path; its output goes to the file. */
  static Child start(
      List<String> flags,
      String classPath,
      Class<?> main,
      List<String> arguments,
      Map<String, String> environment,
      Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(MORE_FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // The servers end with the benchmark.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-server"));
    try {
      return new Child(process, log);
    } catch (RuntimeException failure) {
      process.destroyForcibly();
      throw failure;
    }
  }

  private Matcher await(Pattern line) {
    long end = System.nanoTime() + TIMEOUT.toNanos();
    try {
      while (process.isAlive() && System.nanoTime() < end) {
        Matcher found = line.matcher(Files.readString(log));
        if (found.find()) {
          return found;
        }
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      }
      throw new IllegalStateException(
          "server: not ready (expected: " + line + "); output:\n" + Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("server: interrupted (expected: " + line + ")", e);
    }
  }

  int port() {
    return port;
  }

  /** User and system time so far, in units of 10 ms; see {@link CpuTime}. */
  long cpuNanos() {
    return CpuTime.nanos(process.toHandle());
  }

  /**
   * The current figures of its probe: the gateway's, and {@code heap}, {@code resident}, {@code
   * threads}.
   */
  ServerFigures figures() {
    return ask("figures", "");
  }

  /** The same after a forced garbage collection. */
  ServerFigures collected() {
    return ask("collect", "");
  }

  /** Starts to record its event loops. */
  void watch() {
    ask("record", "");
  }

  /** Ends the recording and writes it to the file. */
  void watched(Path recording) {
    ask("dump", " " + recording);
  }

  private ServerFigures ask(String request, String argument) {
    String number = Integer.toString(++requests);
    try {
      process.getOutputStream().write((request + ' ' + number + argument + '\n').getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Matcher answer = await(Pattern.compile("figures " + number + ": (\\{.*})"));
    return ServerFigures.parse(answer.group(1));
  }

  /** The bytes that it has caused to be written to disks; 0 where the kernel does not tell. */
  long bytesWritten() {
    Path io = Path.of("/proc", Long.toString(process.pid()), "io");
    try {
      return Files.readAllLines(io).stream()
          .filter(line -> line.startsWith("write_bytes: "))
          .mapToLong(line -> Long.parseLong(line.substring("write_bytes: ".length())))
          .findFirst()
          .orElse(0);
    } catch (IOException unreadable) {
      return 0;
    }
  }

  /** Sends SIGTERM, waits for its end, and returns the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(LONGEST_END.toMillis(), TimeUnit.MILLISECONDS)) {
      process.destroyForcibly();
      throw new IllegalStateException("server: not ended (expected: after SIGTERM)");
    }
    return process.exitValue();
  }

  /** Closes its input, which makes it shut down cleanly. */
  @Override
  public void close() {
    try {
      if (!process.isAlive()) {
        return;
      }
      process.getOutputStream().close();
      if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
