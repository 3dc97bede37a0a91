package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

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
 * A network between a client and a gateway that can be made bad: a TCP proxy on loopback. Its
 * weather may be changed from any thread and holds for what passes from then on.
 */
public final class FaultyNetwork implements AutoCloseable {
  private enum Weather {
    /** Everything passes. */
    GOOD,
    /** What is open breaks, and nothing opens. */
    CUT,
    /** Nothing passes and nobody is told: what is open stays open, half of it. */
    SILENT
  }

  private static final int CHUNK = 16 * 1024;

  private final ServerSocket door;
  private final Supplier<URI> gateway;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile Weather weather = Weather.GOOD;
  private volatile Duration delay = Duration.ZERO;
  private volatile boolean isWebSocketBlocked;
  private long answerBytes = Long.MAX_VALUE;

  private FaultyNetwork(ServerSocket door, Supplier<URI> gateway) {
    this.door = door;
    this.gateway = gateway;
  }

  /** A good network to this gateway, on a port of its own. */
  public static FaultyNetwork before(URI gateway) {
    return before(() -> gateway);
  }

  /** The same before a gateway that is started later: it may want to know this address. */
  public static FaultyNetwork before(Supplier<URI> gateway) {
    try {
      ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      FaultyNetwork network = new FaultyNetwork(door, gateway);
      network.start(network::accept);
      return network;
    } catch (IOException e) {
      throw new AssertionError("network: " + e, e);
    }
  }

  /** Where a client finds the gateway through this network. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + door.getLocalPort());
  }

  /** Breaks every connection, and every new one at once. */
  public void cut() {
    weather = Weather.CUT;
    breakAll();
  }

  /** Is cut for so long; returns when it is good again. */
  public void cutFor(Duration time) {
    cut();
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    heal();
  }

  /** Breaks every connection; new ones are good. */
  public void breakAll() {
    breakAfter(Long.MAX_VALUE);
    open.forEach(FaultyNetwork::close);
  }

  /** Breaks the connection that brings the gateway's answers past so many bytes from now, once. */
  public synchronized void breakAfter(long bytes) {
    answerBytes = bytes;
  }

  /** How many of these bytes may pass. */
  private synchronized int passing(int count) {
    int passing = (int) Math.min(count, answerBytes);
    boolean breaks = passing < count;
    answerBytes = breaks ? Long.MAX_VALUE : answerBytes - count;
    return passing;
  }

  /** Swallows everything from now on; for those connected it stays so also when things are good. */
  public void goSilent() {
    weather = Weather.SILENT;
  }

  /** New connections are good again. */
  public void heal() {
    weather = Weather.GOOD;
  }

  /** Holds every chunk of bytes back for so long. */
  public void delay(Duration delay) {
    this.delay = delay;
  }

  /** As a proxy that knows no upgrade: HTTP passes, a WebSocket does not open. */
  public void blockWebSocket(boolean isBlocked) {
    isWebSocketBlocked = isBlocked;
  }

  private void accept() throws IOException {
    while (!door.isClosed()) {
      Socket client = door.accept();
      if (weather == Weather.CUT) {
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
        isLost |= weather == Weather.SILENT;
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
      // As seen from outside: both sides end.
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
      // That is what was wanted.
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
                // The network was taken down.
              }
            },
            "faulty-network");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      door.close();
    } catch (IOException e) {
      throw new AssertionError("network: " + e, e);
    }
    breakAll();
  }
}
