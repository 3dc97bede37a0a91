package dev.parley.gateway.tests.support;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A headless Firefox with a profile of its own, from {@code scripts/test}, which downloads Debian's
 * package and the libraries that are missing. Used by one thread.
 */
public final class Firefox implements AutoCloseable {
  private static final Path LIBRARIES = Path.of("target/firefox/usr/lib").toAbsolutePath();
  private static final Path PROGRAM = LIBRARIES.resolve("firefox-esr/firefox-esr");

  private static final Duration LONGEST = Duration.ofMinutes(3);

  /** It asks nobody but the page's server. */
  private static final Map<String, String> PREFERENCES =
      Map.of(
          "app.normandy.enabled", "false",
          "app.update.enabled", "false",
          "browser.aboutwelcome.enabled", "false",
          "browser.safebrowsing.update.enabled", "false",
          "datareporting.policy.dataSubmissionEnabled", "false",
          "extensions.update.enabled", "false",
          "network.captive-portal-service.enabled", "false",
          "network.connectivity-service.enabled", "false",
          "services.settings.server", "\"data:,\"",
          "toolkit.telemetry.enabled", "false");

  private final TestFolder profile;
  private final Process process;

  private Firefox(TestFolder profile, Process process) {
    this.profile = profile;
    this.process = process;
  }

  /** Whether the program is there. */
  public static boolean isThere() {
    return Files.isExecutable(PROGRAM);
  }

  /** Starts it with this page. */
  public static Firefox open(URI page) {
    TestFolder profile = new TestFolder();
    String folder = profile.path().toString();
    ProcessBuilder builder =
        new ProcessBuilder(PROGRAM.toString(), "--headless", "--profile", folder, page.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(Map.of("HOME", folder, "LD_LIBRARY_PATH", libraries()));
    try {
      Files.writeString(profile.path().resolve("user.js"), preferences());
      return new Firefox(profile, builder.start());
    } catch (IOException e) {
      profile.close();
      throw new UncheckedIOException(e);
    }
  }

  private static String preferences() {
    return PREFERENCES.entrySet().stream()
        .map(each -> "user_pref(\"%s\", %s);\n".formatted(each.getKey(), each.getValue()))
        .collect(Collectors.joining());
  }

  /** Its own folder, and that of each kind of machine. */
  private static String libraries() {
    try (Stream<Path> folders = Files.list(LIBRARIES)) {
      return folders.map(Path::toString).sorted().collect(Collectors.joining(File.pathSeparator));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for what its page does; it starts slowly on a busy machine. */
  public <T> T await(CompletableFuture<T> shown) {
    var unused =
        process
            .onExit()
            .thenRun(() -> shown.completeExceptionally(new AssertionError("it has ended")));
    try {
      return shown.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("firefox: " + e, e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      if (!process.waitFor(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("firefox does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    Bounds.await("the profile is released").ignoreExceptions().until(this::isDeleted);
  }

  /** A process that has just been ended may still write. */
  private boolean isDeleted() {
    profile.close();
    return true;
  }
}
