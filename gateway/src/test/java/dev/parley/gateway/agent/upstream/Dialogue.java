package dev.parley.gateway.agent.upstream;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One connection of a {@link ScriptedService}, on the thread that runs its script. */
public final class Dialogue {

  private final Socket socket;
  private final Consumer<Dialogue> onRequest;
  private volatile String requestLine = "";
  private volatile Map<String, String> headers = Map.of();
  private volatile byte[] body = new byte[0];

  Dialogue(Socket socket, Consumer<Dialogue> onRequest) {
    this.socket = socket;
    this.onRequest = onRequest;
  }

  /** Reads a request with its body, of the length that it states. */
  public void readRequest() throws IOException {
    InputStream in = socket.getInputStream();
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("in the head of a request");
      }
      head.write(next);
    }
    String[] lines = head.toString(StandardCharsets.ISO_8859_1).split("\r\n", 0);
    Map<String, String> found = new TreeMap<>();
    for (int i = 1; i < lines.length; i++) {
      String[] parts = lines[i].split(":", 2);
      found.put(parts[0].toLowerCase(Locale.ROOT), parts[1].strip());
    }
    body = in.readNBytes(Integer.parseInt(found.getOrDefault("content-length", "0")));
    headers = found;
    requestLine = lines[0];
    onRequest.accept(this);
  }

  public String requestLine() {
    return requestLine;
  }

  /** The value of a header by its name in lower case; empty if there is none. */
  public String header(String name) {
    return headers.getOrDefault(name, "");
  }

  public String body() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** What follows the request. */
  InputStream in() throws IOException {
    return socket.getInputStream();
  }

  OutputStream out() throws IOException {
    return socket.getOutputStream();
  }

  /** Sends these bytes. Blocks while the client does not read. */
  public void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends the head of a stream of events in chunks. */
  public void beginStream() throws IOException {
    send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  }

  /** Sends one chunk. */
  public void chunk(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.UTF_8));
    out.writeBytes(bytes);
    out.writeBytes(new byte[] {'\r', '\n'});
    send(out.toByteArray());
  }

  public void chunk(String text) throws IOException {
    chunk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Ends the stream cleanly. */
  public void endStream() throws IOException {
    send("0\r\n\r\n");
  }

  /** Breaks the connection with a TCP reset. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Waits until the client closes the connection or breaks it. */
  public void awaitClose() throws IOException {
    while (socket.getInputStream().read() >= 0) {
      // What else it sends does not matter.
    }
  }

  /** Ends what is sent, and leaves the other direction open. */
  void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes the own side, and reads what the client still sends, so that nothing is reset. */
  void finish() throws IOException {
    if (!socket.isClosed()) {
      socket.shutdownOutput();
      awaitClose();
    }
  }
}
