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

/**
 * A server in a process of its own, on a free port of 127.0.0.1, with a {@link Probe} in it. Used
 * by one thread.
 */
final class Child implements AutoCloseable {

  private static final Pattern READY = Pattern.compile("is ready at http://127\\.0\\.0\\.1:(\\d+)");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final long LOOK_MILLIS = 20;

  private final Process process;
  private final Path log;
  private final int port;
  private int questions;

  private Child(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.port = Integer.parseInt(await(READY).group(1));
  }

  /** The class path of this JVM. */
  static String ownClassPath() {
    return System.getProperty("java.class.path");
  }

  /** Starts a main class of the class path; what it prints goes to the file. */
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
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // Who ends the benchmark ends its servers.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-server"));
    try {
      return new Child(process, log);
    } catch (RuntimeException failure) {
      process.destroyForcibly();
      throw failure;
    }
  }

  private Matcher await(Pattern line) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (process.isAlive() && System.nanoTime() < end) {
        Matcher found = line.matcher(Files.readString(log));
        if (found.find()) {
          return found;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
      }
      throw new IllegalStateException(
          "server: not there (expected: " + line + "); it said:\n" + Files.readString(log));
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

  /** User and system time so far, in steps of 10 ms; see {@link CpuTime}. */
  long cpuNanos() {
    return CpuTime.nanos(process.toHandle());
  }

  /** What its probe tells now: the gateway's figures, and {@code heap}, {@code resident}. */
  ServerFigures figures() {
    return ask("figures", "");
  }

  /** The same behind a forced collection of garbage. */
  ServerFigures collected() {
    return ask("collect", "");
  }

  /** Begins to watch its loops. */
  void watch() {
    ask("record", "");
  }

  /** Ends that; the recording is in the file. */
  void watched(Path recording) {
    ask("dump", " " + recording);
  }

  private ServerFigures ask(String question, String argument) {
    String number = Integer.toString(++questions);
    try {
      process.getOutputStream().write((question + ' ' + number + argument + '\n').getBytes(UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Matcher answer = await(Pattern.compile("figures " + number + ": (\\{.*})"));
    return ServerFigures.parse(answer.group(1));
  }

  /** It ends in good order when its input ends. */
  @Override
  public void close() {
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
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
