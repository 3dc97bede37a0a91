package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that sends exactly the given bytes, and reads HTTP answers and frames. */
final class RawSocket implements AutoCloseable {

  private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: (\\d+)");
  private static final int PATIENCE_MILLIS = 10_000;
  private static final byte[] MASK = {0x37, (byte) 0xFA, 0x21, 0x3D};

  private final Socket socket;
  private final DataInputStream in;

  /** A frame of the server. */
  record ReceivedFrame(int opcode, ByteBuffer payload) {

    String text() {
      return UTF_8.decode(payload.duplicate()).toString();
    }

    int closeCode() {
      return opcode == 8 && payload.remaining() >= 2 ? payload.getShort(0) & 0xFFFF : -1;
    }
  }

  RawSocket(int port) throws IOException {
    this(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  private RawSocket(Socket connected) throws IOException {
    socket = connected;
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(PATIENCE_MILLIS);
    in = new DataInputStream(socket.getInputStream());
  }

  /** A client at this address of loopback. */
  static RawSocket from(String address, int port) throws IOException {
    InetAddress own = InetAddress.getByName(address);
    return new RawSocket(new Socket(InetAddress.getLoopbackAddress(), port, own, 0));
  }

  /** An upgraded connection of this user; its welcome is unread. */
  static RawSocket upgraded(int port, String token) throws IOException {
    RawSocket socket = new RawSocket(port).send(handshake("Authorization: Bearer " + token));
    String head = socket.head();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(head);
    }
    return socket;
  }

  /** A valid handshake with these additional header lines. */
  static String handshake(String... more) {
    return request(
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", more);
  }

  /** A handshake that has these instead of the version and the key. */
  static String request(String versionAndKey, String... more) {
    return "GET /ws HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Protocol: parley.v1\r\n"
        + versionAndKey
        + "\r\n"
        + String.join("\r\n", more)
        + (more.length == 0 ? "" : "\r\n")
        + "\r\n";
  }

  RawSocket send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  RawSocket send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  RawSocket sendText(String text) throws IOException {
    return send(frame(0x81, text.getBytes(UTF_8)));
  }

  /** A masked frame; the first byte carries FIN, the reserved bits and the opcode. */
  static byte[] frame(int first, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65536) {
      frame.put((byte) 0xFE).putShort((short) payload.length);
    } else {
      frame.put((byte) 0xFF).putLong(payload.length);
    }
    frame.put(MASK);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ MASK[i % MASK.length]));
    }
    byte[] bytes = new byte[frame.position()];
    frame.flip().get(bytes);
    return bytes;
  }

  /** A Close frame with this code. */
  static byte[] close(int code) {
    return frame(0x88, new byte[] {(byte) (code >> 8), (byte) code});
  }

  /** The head of an HTTP answer. */
  String head() throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(US_ASCII).endsWith("\r\n\r\n")) {
      head.write(in.readByte());
    }
    return head.toString(US_ASCII);
  }

  /** All bytes until the gateway closes the socket. */
  String rest() throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  /** What has come when the first of it has come. */
  String first() throws IOException {
    byte[] bytes = new byte[1 << 16];
    return new String(bytes, 0, in.read(bytes), UTF_8);
  }

  ReceivedFrame frame() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0F;
    int length = in.readUnsignedByte();
    length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
    return new ReceivedFrame(opcode, ByteBuffer.wrap(in.readNBytes(length)));
  }

  /** The next frame that is no ping. */
  ReceivedFrame message() throws IOException {
    ReceivedFrame frame = frame();
    return frame.opcode() == 9 ? message() : frame;
  }

  /**
   * Reads on to the Close frame, then to the end of the socket; the code of the one Close frame.
   */
  int closed() throws IOException {
    ReceivedFrame frame = message();
    while (frame.opcode() != 8) {
      frame = message();
    }
    String after = rest();
    if (!after.isEmpty()) {
      throw new AssertionError("after the Close frame: " + after.length() + " bytes");
    }
    return frame.closeCode();
  }

  /** Ends the output; the input stays open. */
  RawSocket endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** An HTTP answer with a length, its head and its body. */
  String answer() throws IOException {
    String head = head();
    Matcher length = LENGTH.matcher(head);
    return length.find()
        ? head + new String(in.readNBytes(Integer.parseInt(length.group(1))), UTF_8)
        : head;
  }

  /** Ends the socket with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
