package dev.parley.gateway.tests.support;

import dev.parley.gateway.tests.report.Tally;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A plain socket to the gateway, for bytes that no valid client sends. Used by one thread. */
public final class RawClient implements AutoCloseable {
  /** An HTTP response; header names are in lower case, and the last of repeated headers is kept. */
  public record RawAnswer(int status, Map<String, String> headers, String body) {
    public String header(String name) {
      return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
    }
  }

  private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

  // Bounds a wait for one frame while other frames keep arriving.
  private final long deadline = System.nanoTime() + 2 * Bounds.TIMEOUT.toNanos();
  private final Socket socket;
  private final DataInputStream in;
  private final OutputStream out;

  private RawClient(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new DataInputStream(socket.getInputStream());
    this.out = socket.getOutputStream();
  }

  public static RawClient open(URI gateway) {
    return open(gateway, 0);
  }

  /**
   * Opens a socket with a receive buffer of this size (0: the default of the system). A small
   * buffer fills soon when the test does not read.
   */
  public static RawClient open(URI gateway, int receiveBuffer) {
    try {
      Socket socket = new Socket();
      if (receiveBuffer > 0) {
        socket.setReceiveBufferSize(receiveBuffer);
      }
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Bounds.TIMEOUT.toMillis());
      socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
      return new RawClient(gateway.getScheme().equals("https") ? secured(socket, gateway) : socket);
    } catch (IOException e) {
      throw new AssertionError("socket: " + e, e);
    }
  }

  /** Opens a socket from this address of this machine. */
  public static RawClient openFrom(String address, URI gateway) {
    try {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) Bounds.TIMEOUT.toMillis());
      socket.bind(new InetSocketAddress(address, 0));
      socket.connect(new InetSocketAddress(gateway.getHost(), gateway.getPort()));
      return new RawClient(socket);
    } catch (IOException e) {
      throw new AssertionError("socket: " + e, e);
    }
  }

  private static Socket secured(Socket socket, URI gateway) throws IOException {
    return TestHttp.TLS
        .getSocketFactory()
        .createSocket(socket, gateway.getHost(), gateway.getPort(), true);
  }

  /** Opens a connection, upgrades it with this token and reads its welcome. */
  public static RawClient upgraded(URI gateway, String token) {
    return upgraded(gateway, token, 0);
  }

  /** The same with a receive buffer of this size. */
  public static RawClient upgraded(URI gateway, String token, int receiveBuffer) {
    RawClient client = open(gateway, receiveBuffer);
    RawAnswer answer = client.request(upgrade("Authorization: Bearer " + token));
    if (answer.status() != 101) {
      throw new AssertionError("upgrade: " + answer + " (expected: 101)");
    }
    client.readFrame();
    return client;
  }

  /** The head of a valid upgrade request with these additional header lines. */
  public static String upgrade(String... lines) {
    return upgradeTo("/ws", lines);
  }

  public static String upgradeTo(String path, String... lines) {
    StringBuilder head = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
    head.append("Host: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n");
    head.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n");
    head.append("Sec-WebSocket-Protocol: parley.v1\r\n");
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  public void send(String text) {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  public void send(byte[] bytes) {
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new AssertionError("socket: " + e, e);
    }
  }

  /** Closes the sending side of the socket. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Sends these bytes; fails when the gateway has ended the connection. */
  public void sendOrFail(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  /** Sends these bytes; the gateway may close before it has read all of them. */
  public void sendWhileOpen(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException closed) {
      // The gateway's answer can still be read.
    }
  }

  public RawAnswer request(String head) {
    send(head);
    return readAnswer();
  }

  public RawAnswer readAnswer() {
    try {
      int status = Integer.parseInt(readLine().substring("HTTP/1.1 ".length()).substring(0, 3));
      Map<String, String> headers = new LinkedHashMap<>();
      for (String line = readLine(); !line.isEmpty(); line = readLine()) {
        int colon = line.indexOf(':');
        headers.put(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
      }
      byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
      return new RawAnswer(status, headers, new String(body, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new AssertionError("answer: " + e, e);
    }
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.readUnsignedByte(); b != '\n'; b = in.readUnsignedByte()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.US_ASCII).stripTrailing();
  }

  public void sendText(String text) {
    sendFrame(0x81, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a masked frame; {@code head} is its first byte: FIN, RSV and opcode. */
  public void sendFrame(int head, byte[] payload) {
    send(frame(head, payload));
  }

  /** The bytes of a masked frame. */
  public static byte[] frame(int head, byte[] payload) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(head);
    if (payload.length < 126) {
      frame.write(0x80 | payload.length);
    } else if (payload.length < 65536) {
      frame.write(0x80 | 126);
      frame.write(payload.length >>> 8);
      frame.write(payload.length);
    } else {
      frame.write(0x80 | 127);
      for (int shift = 56; shift >= 0; shift -= 8) {
        frame.write((int) ((long) payload.length >>> shift));
      }
    }
    frame.writeBytes(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.write(payload[i] ^ MASK[i % 4]);
    }
    return frame.toByteArray();
  }

  public RawFrame readFrame() {
    try {
      return nextFrame();
    } catch (IOException e) {
      throw new AssertionError("frame: " + e, e);
    }
  }

  private RawFrame nextFrame() throws IOException {
    if (System.nanoTime() > deadline) {
      throw new AssertionError("frames: still coming (expected: what the test waits for)");
    }
    return RawFrame.read(in);
  }

  /** Reads all complete frames up to the end of the connection, by a close or a reset. */
  public List<RawFrame> readToEnd() {
    List<RawFrame> frames = new ArrayList<>();
    try {
      while (true) {
        frames.add(nextFrame());
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("connection: open (expected: ended)", e);
    } catch (IOException ended) {
      return frames;
    }
  }

  /** Reads up to the Close frame, then to the end of the connection; returns the close code. */
  public int readClose() {
    RawFrame frame = readFrame();
    while (frame.opcode() != 8) {
      frame = readFrame();
    }
    sendWhileOpen(frame(0x88, frame.payload().array()));
    awaitEnd();
    return frame.closeCode();
  }

  /** Waits for the end of the connection; any further byte fails the test. */
  public void awaitEnd() {
    try {
      int next = in.read();
      if (next >= 0) {
        throw new AssertionError("byte: " + next + " (expected: end of the connection)");
      }
    } catch (SocketTimeoutException e) {
      throw new AssertionError("connection: open (expected: closed)", e);
    } catch (EOFException | SocketException e) {
      // A reset ends the connection too.
    } catch (IOException e) {
      throw new AssertionError("connection: " + e, e);
    }
  }

  /** Waits for the end of the connection and ignores all bytes before it. */
  public void awaitEndAfterAnyAnswer() {
    try {
      in.readAllBytes();
    } catch (SocketTimeoutException e) {
      throw new AssertionError("connection: open (expected: closed)", e);
    } catch (IOException reset) {
      // A reset ends the connection too.
    }
  }

  /** All bytes up to the end of the connection, by a close or a reset, as text. */
  public String readTextToEnd() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    try {
      in.transferTo(all);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("connection: open (expected: closed)", e);
    } catch (IOException reset) {
      // A reset ends the connection too.
    }
    return all.toString(StandardCharsets.ISO_8859_1);
  }

  /** Sends this byte again and again, 20 ms apart, until the gateway closes the connection. */
  public void dripUntilClosed(char drop) {
    try {
      socket.setSoTimeout(20);
      while (System.nanoTime() < deadline) {
        out.write(drop);
        if (isEnd()) {
          return;
        }
      }
    } catch (IOException closed) {
      return;
    }
    throw new AssertionError("connection: open (expected: closed)");
  }

  private boolean isEnd() throws IOException {
    try {
      return in.read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    }
  }

  /** The stream, for a test that reads slowly. */
  public InputStream in() {
    return in;
  }

  /** Ends the connection with a reset. */
  public void reset() {
    Tally.fault();
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      throw new AssertionError("socket: " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError("socket: " + e, e);
    }
  }
}
