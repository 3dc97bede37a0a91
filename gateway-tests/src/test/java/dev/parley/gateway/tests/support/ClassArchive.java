package dev.parley.gateway.tests.support;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The classes of a started gateway in a file that JVMs map (class data sharing, JEP 350), made once
 * in a test run: each process of a test then starts in half the time. A JVM that cannot use the
 * file starts without it.
 */
final class ClassArchive {
  private static final Pattern READY = Pattern.compile("Parley is ready");
  private static final List<String> NO_WARNING =
      List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off", "-Xlog:class+path=off");

  private static List<String> options = List.of();
  private static boolean isMade;

  private ClassArchive() {}

  /** Options of a JVM that is started with this command and class path. */
  static synchronized List<String> options(List<String> command, String classPath) {
    if (!isMade) {
      isMade = true;
      options = make(command, classPath);
    }
    return options;
  }

  /** A JVM archives the classes of jars alone. */
  private static List<String> make(List<String> command, String classPath) {
    if (!Pattern.compile(File.pathSeparator)
        .splitAsStream(classPath)
        .allMatch(entry -> entry.endsWith(".jar"))) {
      return List.of();
    }
    try (TestFolder folder = new TestFolder()) {
      Path home = Files.createTempDirectory("parley-classes");
      home.toFile().deleteOnExit();
      Path archive = home.resolve("gateway.jsa");
      archive.toFile().deleteOnExit();
      List<String> start = new ArrayList<>(command);
      start.addAll(NO_WARNING);
      start.add("-XX:ArchiveClassesAtExit=" + archive);
      start.addAll(List.of("-cp", classPath, "dev.parley.gateway.Main", "--server.port=0"));
      start.add("--store.path=" + folder.path());
      Process process = new ProcessBuilder(start).redirectErrorStream(true).start();
      new ProcessOutput(process).await(READY);
      process.destroy();
      if (!process.waitFor(Bounds.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly();
      }
      if (!Files.exists(archive)) {
        return List.of();
      }
      List<String> options = new ArrayList<>(NO_WARNING);
      options.add("-XX:SharedArchiveFile=" + archive);
      return options;
    } catch (IOException e) {
      throw new AssertionError("class archive: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
