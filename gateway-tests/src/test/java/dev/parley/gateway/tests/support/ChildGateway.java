package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.report.Tally.Counted;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A gateway in a separate process, in development mode, with this JVM's class path. {@link #close}
 * kills it. Used by one thread.
 */
public final class ChildGateway implements AutoCloseable {
  private static final Pattern CONSOLE = Pattern.compile("https?://127\\.0\\.0\\.1:(\\d+)/#(\\S+)");

  private static final Pattern READY = Pattern.compile("Parley is ready at (https?://\\S+)");

  /** Halves the CPU time of a start; what the tests check does not depend on it. */
  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private static final boolean IGNORES_HANGUP = ignoresHangup();

  private final Process process;
  private final ProcessOutput output;
  private final Path store;

  private ChildGateway(Path store, Map<String, String> settings, List<String> options) {
    this.store = store;
    this.process = launch(store, settings, options);
    this.output = new ProcessOutput(process);
  }

  /** Starts on a free port with its store in this folder and waits until it is ready. */
  public static ChildGateway start(Path store, Map<String, String> settings) {
    ChildGateway child = tryStart(store, settings);
    child.output.await(CONSOLE);
    return child;
  }

  /** Starts a gateway with these JVM options and waits until it is ready. */
  public static ChildGateway startWith(
      List<String> options, Path store, Map<String, String> settings) {
    ChildGateway child = new ChildGateway(store, settings, options);
    child.output.await(CONSOLE);
    return child;
  }

  /** Starts a gateway that is expected to fail. */
  public static ChildGateway tryStart(Path store, Map<String, String> settings) {
    return new ChildGateway(store, settings, List.of());
  }

  /** Starts another gateway on the store and port of this one, which must have ended. */
  public ChildGateway restart(Map<String, String> settings) {
    ChildGateway next = tryRestart(settings);
    next.banner();
    return next;
  }

  /** The same, without waiting until it is ready. */
  public ChildGateway tryRestart(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("server.port", String.valueOf(address().getPort()));
    return tryStart(store, all);
  }

  /** Makes every file write of this process fail, or succeed again. Linux only. */
  public void refuseWrites(boolean refuses) {
    Tally.add(Counted.FAULTS, refuses ? 1 : 0);
    String limit = refuses ? "0:unlimited" : "unlimited:unlimited";
    try {
      String pid = String.valueOf(process.pid());
      Process prlimit =
          new ProcessBuilder("prlimit", "--pid", pid, "--fsize=" + limit).inheritIO().start();
      if (prlimit.waitFor() != 0) {
        throw new AssertionError("prlimit: " + prlimit.exitValue() + " (expected: 0)");
      }
    } catch (IOException e) {
      throw new AssertionError("prlimit: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private static Process launch(Path store, Map<String, String> settings, List<String> options) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(QUICK_START);
    command.addAll(List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(ClassArchive.options(command, productClassPath()));
    command.addAll(options);
    command.addAll(List.of("-cp", productClassPath(), "dev.parley.gateway.Main"));
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("server.port", "0");
    all.putIfAbsent("store.path", store.toString());
    all.forEach((key, value) -> command.add("--" + key + (value.isEmpty() ? "" : "=" + value)));
    try {
      return new ProcessBuilder(withHangup(command)).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError("child: " + e, e);
    }
  }

  /**
   * A process inherits an ignored SIGHUP, such as nohup leaves, and a JVM then cannot handle it.
   * {@code env} of GNU sets it back.
   */
  private static List<String> withHangup(List<String> command) {
    return IGNORES_HANGUP
        ? Stream.concat(Stream.of("env", "--default-signal=HUP"), command.stream()).toList()
        : command;
  }

  /** Whether this process ignores signal 1, by the mask that Linux shows. */
  private static boolean ignoresHangup() {
    Path status = Path.of("/proc/self/status");
    try (Stream<String> lines = Files.lines(status)) {
      return lines.anyMatch(line -> line.matches("SigIgn:\\s+[0-9a-f]*[13579bdf]"));
    } catch (NoSuchFileException notLinux) {
      return false;
    } catch (IOException e) {
      throw new AssertionError(status + ": " + e, e);
    }
  }

  public URI address() {
    return console().resolve("/");
  }

  /** This JVM's class path without what only tests and benchmarks need, such as log settings. */
  private static String productClassPath() {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(
            entry ->
                !entry.matches(".*(test-classes/?|-tests\\.jar|gateway-tests/target/classes/?)"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** The address of a gateway with keys, which prints no console; waits until it is ready. */
  public URI readyAddress() {
    return URI.create(output.await(READY).group(1));
  }

  /** Sends SIGHUP. */
  public void hangUp() {
    try {
      String pid = String.valueOf(process.pid());
      Process kill = new ProcessBuilder("kill", "-HUP", pid).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new AssertionError("kill: " + kill.exitValue() + " (expected: 0)");
      }
    } catch (IOException e) {
      throw new AssertionError("kill: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits until a line of the output contains this pattern. */
  public void awaitLine(String pattern) {
    output.await(Pattern.compile(pattern));
  }

  /** The printed address of the console, with its key. */
  public URI console() {
    return URI.create(banner().group());
  }

  private Matcher banner() {
    return output.await(CONSOLE);
  }

  /** Requests a token as the console page does. */
  public String token(String user) {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve("/dev/token"))
            .header("Authorization", "Bearer " + banner().group(2))
            .POST(HttpRequest.BodyPublishers.ofString(Json.object().put("sub", user).toString()))
            .build();
    return send(request).path("token").asText();
  }

  private static JsonNode send(HttpRequest request) {
    HttpResponse<String> answer = TestHttp.answer(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() / 100 != 2) {
      throw new AssertionError(request + ": " + answer.statusCode() + " " + answer.body());
    }
    return Json.parse(answer.body());
  }

  /** Kills the process; no shutdown hook runs. */
  public void kill() {
    Tally.fault();
    process.destroyForcibly();
    awaitExit();
  }

  /** Sends SIGTERM. */
  public void terminate() {
    // Process.destroy() would close the output pipe and lose what the shutdown prints.
    process.toHandle().destroy();
  }

  /** Waits until the process ends and returns its exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("child: still running; output:\n" + output);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** What the process has printed so far. */
  public String printed() {
    return output.toString();
  }

  /** Waits until the process ends and returns its whole output. */
  public String output() {
    awaitExit();
    return output.whole();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
