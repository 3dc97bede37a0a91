package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.parley.gateway.tests.report.Tally;
import dev.parley.gateway.tests.report.Tally.Counted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A TCP proxy on loopback between a client and a gateway that can fail in several ways. Any thread
 * may change its condition, which applies to all bytes that pass afterwards.
 */
public final class FaultyNetwork implements AutoCloseable {
  private enum Condition {
    /** Everything passes. */
    GOOD,
    /** Open connections break, and new ones fail. */
    CUT,
    /** Nothing passes, and nothing is closed: open connections stay half-open. */
    SILENT
  }

  private static final int CHUNK = 16 * 1024;

  private final ServerSocket listener;
  private final Supplier<URI> gateway;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Condition condition = Condition.GOOD;
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean isWebSocketBlocked;
  private long answerBytes = Long.MAX_VALUE;

  private FaultyNetwork(ServerSocket listener, Supplier<URI> gateway) {
    this.listener = listener;
    this.gateway = gateway;
  }

  /** A working network to this gateway, on its own port. */
  public static FaultyNetwork to(URI gateway) {
    return to(() -> gateway);
  }

  /** The same for a gateway that starts later and may need this address in its settings. */
  public static FaultyNetwork to(Supplier<URI> gateway) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      FaultyNetwork network = new FaultyNetwork(listener, gateway);
      network.start(network::accept);
      return network;
    } catch (IOException e) {
      throw new AssertionError("network: " + e, e);
    }
  }

  /** The address at which clients reach the gateway through this network. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Breaks every open connection, and each new one immediately. */
  public void cut() {
    condition = Condition.CUT;
    Tally.fault();
    closeAll();
  }

  /** Breaks every open connection; new ones work. */
  public void breakAll() {
    Tally.add(Counted.FAULTS, open.isEmpty() ? 0 : 1);
    closeAll();
  }

  private void closeAll() {
    breakAfter(Long.MAX_VALUE);
    open.forEach(FaultyNetwork::close);
  }

  /**
   * Breaks, once, the connection that carries the gateway's output past this number of bytes,
   * counted from now.
   */
  public synchronized void breakAfter(long bytes) {
    answerBytes = bytes;
  }

  /** Returns how many of these bytes may pass. */
  private synchronized int passing(int count) {
    int passing = (int) Math.min(count, answerBytes);
    boolean breaks = passing < count;
    Tally.add(Counted.FAULTS, breaks ? 1 : 0);
    answerBytes = breaks ? Long.MAX_VALUE : answerBytes - count;
    return passing;
  }

  /**
   * Drops all bytes from now on. Connections open at that time stay silent even after {@link
   * #heal}.
   */
  public void goSilent() {
    Tally.fault();
    condition = Condition.SILENT;
  }

  /** Lets new connections work again. */
  public void heal() {
    condition = Condition.GOOD;
  }

  /** Delays every chunk of bytes by this time, as a slow line does. */
  public void delay(Duration delay) {
    this.delay = delay;
  }

  /** Acts as a proxy without support for upgrades: HTTP passes, a WebSocket does not open. */
  public void blockWebSocket(boolean isBlocked) {
    isWebSocketBlocked = isBlocked;
  }

  private void accept() throws IOException {
    while (!listener.isClosed()) {
      Socket client = listener.accept();
      if (condition == Condition.CUT) {
        close(client);
      } else {
        join(client);
      }
    }
  }

  private void join(Socket client) throws IOException {
    Socket server = new Socket();
    open.add(client);
    open.add(server);
    try {
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(new InetSocketAddress(gateway.get().getHost(), gateway.get().getPort()));
    } catch (IOException gatewayIsDown) {
      end(client, server);
      return;
    }
    start(() -> carry(client, server, true));
    start(() -> carry(server, client, false));
  }

  private void carry(Socket from, Socket to, boolean isRequest) {
    byte[] chunk = new byte[CHUNK];
    boolean isLost = false;
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        isLost |= condition == Condition.SILENT;
        if (isRequest && isWebSocketBlocked && isUpgrade(chunk, count)) {
          return;
        }
        if (!isLost) {
          Thread.sleep(delay.toMillis());
          int passing = isRequest ? count : passing(count);
          out.write(chunk, 0, passing);
          if (passing < count) {
            return;
          }
        }
      }
    } catch (IOException broken) {
      // Both sides end, as in a real network failure.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(from, to);
    }
  }

  private static boolean isUpgrade(byte[] chunk, int count) {
    return new String(chunk, 0, Math.min(count, 8), ISO_8859_1).startsWith("GET /ws ");
  }

  private void end(Socket one, Socket other) {
    close(one);
    close(other);
    open.remove(one);
    open.remove(other);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      // It is closed already.
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void start(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException closed) {
                // The network was closed.
              }
            },
            "faulty-network");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new AssertionError("network: " + e, e);
    }
    closeAll();
  }
}
