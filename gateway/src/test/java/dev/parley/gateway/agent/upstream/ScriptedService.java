package dev.parley.gateway.agent.upstream;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ServerSocketFactory;

/**
 * A foreign HTTP service on 127.0.0.1 that sends exactly the bytes of its script. Each connection
 * has a thread; the first runs the first script, the second the second, and all later ones the
 * last.
 */
public final class ScriptedService implements AutoCloseable {

  private final ServerSocket server;
  private final String scheme;
  private final List<Script> scripts;
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Dialogue> dialogues = new CopyOnWriteArrayList<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /** What the service does with a connection, which is closed at its end. */
  @FunctionalInterface
  public interface Script {
    void run(Dialogue dialogue) throws Exception;
  }

  private ScriptedService(ServerSocketFactory sockets, String scheme, List<Script> scripts) {
    this.scheme = scheme;
    this.scripts = scripts;
    try {
      server = sockets.createServerSocket(0, 1024, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    thread("scripted-accept", this::accept);
  }

  /** A service with these scripts. */
  public static ScriptedService of(Script... scripts) {
    return new ScriptedService(ServerSocketFactory.getDefault(), "http", List.of(scripts));
  }

  /** The same with TLS. */
  public static ScriptedService secure(ServerSocketFactory sockets, Script... scripts) {
    return new ScriptedService(sockets, "https", List.of(scripts));
  }

  /** A service that reads each request and gives this answer, a whole one with its head. */
  public static ScriptedService answering(String answer) {
    return of(
        dialogue -> {
          dialogue.readRequest();
          dialogue.send(answer);
        });
  }

  /** A service that reads each request and streams these bytes, cut where the array is. */
  public static ScriptedService streaming(String... chunks) {
    return of(
        dialogue -> {
          dialogue.readRequest();
          dialogue.beginStream();
          for (String chunk : chunks) {
            dialogue.chunk(chunk);
          }
          dialogue.endStream();
        });
  }

  /** The whole answer with a status, headers (each ending with CRLF) and a body. */
  public static String answer(int status, String headers, String body) {
    return "HTTP/1.1 "
        + status
        + " x\r\n"
        + headers
        + "Content-Length: "
        + body.getBytes(StandardCharsets.UTF_8).length
        + "\r\n\r\n"
        + body;
  }

  public URI uri() {
    return uri("/v1/run");
  }

  public URI uri(String path) {
    return URI.create(scheme + "://127.0.0.1:" + port() + path);
  }

  public int port() {
    return server.getLocalPort();
  }

  /** How many connections there were. */
  public int connections() {
    return connections.get();
  }

  /** The connections whose request was read, in their order. */
  public List<Dialogue> dialogues() {
    return dialogues;
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket socket = server.accept();
        open.add(socket);
        int number = connections.getAndIncrement();
        Script script = scripts.get(Math.min(number, scripts.size() - 1));
        thread("scripted-" + number, () -> serve(socket, script));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      Dialogue dialogue = new Dialogue(socket, dialogues::add);
      script.run(dialogue);
      dialogue.finish();
    } catch (Exception e) {
      // The client has closed the connection, or the test is over.
    } finally {
      open.remove(socket);
    }
  }

  private static void thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
