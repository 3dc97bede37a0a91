package dev.parley.gateway.tests.proxy;

import dev.parley.gateway.tests.browser.Programs;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.TestFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A proxy in a separate process, on a free loopback port. These programs cannot report a port that
 * they choose, so another port is tried if this one is taken meanwhile. Used by one thread.
 */
final class Proxy implements AutoCloseable {
  private static final int TRIES = 5;

  private final Process process;
  private final int port;
  private final TestFolder folder;

  private Proxy(Process process, int port, TestFolder folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /** Makes a configuration from a port and the proxy's own folder. */
  @FunctionalInterface
  interface Configuration {
    String of(int port, Path folder);
  }

  /** Starts nginx in the foreground. */
  static Proxy nginx(Configuration configuration) {
    String program = Programs.find("nginx").toString();
    return start(
        configuration,
        file -> List.of(program, "-e", "stderr", "-p", file.getParent() + "/", "-c", "" + file));
  }

  /** Starts HAProxy in the foreground. */
  static Proxy haproxy(Configuration configuration) {
    String program = Programs.find("haproxy").toString();
    return start(configuration, file -> List.of(program, "-db", "-f", file.toString()));
  }

  private static Proxy start(Configuration configuration, Function<Path, List<String>> command) {
    for (int tries = 1; ; tries++) {
      Proxy proxy = tryStart(configuration, command);
      if (proxy.awaitOpen()) {
        return proxy;
      }
      String printed = proxy.outputText();
      proxy.close();
      if (tries == TRIES) {
        throw new AssertionError("proxy: ended (expected: running); output:\n" + printed);
      }
    }
  }

  private static Proxy tryStart(Configuration configuration, Function<Path, List<String>> command) {
    TestFolder folder = new TestFolder();
    int port = freePort();
    Path file = folder.path().resolve("proxy.conf");
    try {
      Files.writeString(file, configuration.of(port, folder.path()));
      Process process =
          new ProcessBuilder(command.apply(file))
              .redirectErrorStream(true)
              .redirectOutput(output(folder).toFile())
              .start();
      return new Proxy(process, port, folder);
    } catch (IOException e) {
      folder.close();
      throw new AssertionError("proxy: " + e, e);
    }
  }

  private static Path output(TestFolder folder) {
    return folder.path().resolve("output");
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until the proxy listens; false if it ended, for example because the port is taken. */
  private boolean awaitOpen() {
    long end = System.nanoTime() + Bounds.TIMEOUT.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        return process.isAlive();
      } catch (IOException notYet) {
        Thread.onSpinWait();
      }
    }
    return false;
  }

  private String outputText() {
    try {
      return Files.readString(output(folder));
    } catch (IOException e) {
      return e.toString();
    }
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** A file in the proxy's folder. */
  Path file(String name) {
    return folder.path().resolve(name);
  }

  @Override
  public void close() {
    process.destroy(); // Both end at once on SIGTERM, with their workers.
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    folder.close();
  }
}
