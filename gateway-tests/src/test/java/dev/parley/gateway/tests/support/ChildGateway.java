package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
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

/**
 * A gateway in a process of its own, in development mode, started from this JVM's class path;
 * killed at the latest by {@link #close}. Used by one thread.
 */
public final class ChildGateway implements AutoCloseable {
  private static final Pattern CONSOLE = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+)/#(\\S+)");

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

  /** Starts one with these options for its JVM and waits until it is ready. */
  public static ChildGateway startWith(
      List<String> options, Path store, Map<String, String> settings) {
    ChildGateway child = new ChildGateway(store, settings, options);
    child.output.await(CONSOLE);
    return child;
  }

  /** Starts one that is expected to fail. */
  public static ChildGateway tryStart(Path store, Map<String, String> settings) {
    return new ChildGateway(store, settings, List.of());
  }

  /** Starts the next one on the store and the port of this one, which must have ended. */
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

  /** Whether the system lets every write to a file of this process fail, or none. Linux only. */
  public void refuseWrites(boolean refuses) {
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
    command.addAll(options);
    command.addAll(
        List.of("-Xmx256m", "--enable-native-access=ALL-UNNAMED", "-cp", productClassPath()));
    command.add("dev.parley.gateway.Main");
    Map<String, String> all = new TreeMap<>(settings);
    all.putIfAbsent("server.port", "0");
    all.putIfAbsent("store.path", store.toString());
    all.forEach((key, value) -> command.add("--" + key + (value.isEmpty() ? "" : "=" + value)));
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new AssertionError("child: " + e, e);
    }
  }

  public URI address() {
    return URI.create("http://127.0.0.1:" + banner().group(1));
  }

  /** This JVM's class path without what only tests need, such as how they log. */
  private static String productClassPath() {
    return Pattern.compile(File.pathSeparator)
        .splitAsStream(System.getProperty("java.class.path"))
        .filter(entry -> !entry.matches(".*(test-classes/?|-tests\\.jar)"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Waits for a line in which this pattern is found. */
  public void awaitLine(String pattern) {
    output.await(Pattern.compile(pattern));
  }

  /** The address of the console as it was printed, with the key. */
  public URI console() {
    return URI.create(banner().group());
  }

  private Matcher banner() {
    return output.await(CONSOLE);
  }

  /** A token as the console page gets it. */
  public String token(String user) {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve("/dev/token"))
            .header("Authorization", "Bearer " + banner().group(2))
            .POST(HttpRequest.BodyPublishers.ofString(Json.object().put("sub", user).toString()))
            .build();
    return send(request).path("token").asText();
  }

  private static JsonNode send(HttpRequest request) {
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() / 100 != 2) {
        throw new AssertionError(request + ": " + answer.statusCode() + " " + answer.body());
      }
      return Json.parse(answer.body());
    } catch (IOException e) {
      throw new AssertionError(request + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends it as a power cut would: no handler of its own runs. */
  public void kill() {
    process.destroyForcibly();
    awaitExit();
  }

  /** Asks it to end (SIGTERM). */
  public void terminate() {
    // Process.destroy() would close our end of its output: what it says while it ends was lost.
    process.toHandle().destroy();
  }

  /** Waits for its end and returns the exit code. */
  public int awaitExit() {
    try {
      if (!process.waitFor(Bounds.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("child: still running; it said:\n" + output);
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** All it has printed, when it has ended. */
  public String output() {
    awaitExit();
    return output.whole();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
