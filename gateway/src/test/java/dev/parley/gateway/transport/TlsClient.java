package dev.parley.gateway.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client that speaks TLS, over a plain socket that a test may use too. */
final class TlsClient implements AutoCloseable {

  private static final int ALERT = 21;
  private static final int PATIENCE_MILLIS = 10_000;

  final ListeningSocket plain;
  final SSLSocket tls;
  final DataInputStream in;

  /** Keeps the type of the last record that was received, and can hold back what is sent. */
  static final class ListeningSocket extends Socket {

    private static final int HEADER = 5;

    private final ByteArrayOutputStream held = new ByteArrayOutputStream();
    private boolean isHolding;

    /** Keeps what is sent from now on. */
    void hold() {
      isHolding = true;
    }

    /** Sends all that was kept, at once. */
    void release() throws IOException {
      isHolding = false;
      getOutputStream().write(held.toByteArray());
    }

    /** While it holds, the end is that of TLS alone. */
    @Override
    public void shutdownOutput() throws IOException {
      if (!isHolding) {
        super.shutdownOutput();
      }
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          if (isHolding) {
            held.write(bytes, offset, length);
          } else {
            out.write(bytes, offset, length);
          }
        }
      };
    }

    private final byte[] header = new byte[HEADER];
    private int inHeader;
    private int left;

    int lastRecord() {
      return header[0];
    }

    private void received(byte[] bytes, int offset, int length) {
      for (int i = offset; i < offset + length; i++) {
        if (left > 0) {
          left--;
          continue;
        }
        header[inHeader++] = bytes[i];
        if (inHeader == HEADER) {
          inHeader = 0;
          left = ((header[3] & 0xFF) << 8) | (header[4] & 0xFF);
        }
      }
    }

    @Override
    public InputStream getInputStream() throws IOException {
      return new FilterInputStream(super.getInputStream()) {
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          int read = super.read(bytes, offset, length);
          received(bytes, offset, Math.max(0, read));
          return read;
        }
      };
    }
  }

  /** A socket whose handshake has not begun. The preface is sent before. */
  TlsClient(int port, SSLContext context, byte[] preface, int receiveBuffer) throws IOException {
    plain = new ListeningSocket();
    if (receiveBuffer > 0) {
      plain.setReceiveBufferSize(receiveBuffer);
    }
    plain.setTcpNoDelay(true);
    plain.setSoTimeout(PATIENCE_MILLIS);
    plain.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    plain.getOutputStream().write(preface);
    tls = (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", port, true);
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    tls.setSSLParameters(parameters);
    in = new DataInputStream(tls.getInputStream());
  }

  TlsClient(int port, SSLContext context) throws IOException {
    this(port, context, new byte[0], 0);
  }

  /** Speaks these protocols alone. */
  TlsClient protocols(String... names) {
    tls.setEnabledProtocols(names);
    return this;
  }

  TlsClient alpn(String... names) {
    SSLParameters parameters = tls.getSSLParameters();
    parameters.setApplicationProtocols(names);
    tls.setSSLParameters(parameters);
    return this;
  }

  TlsClient send(String text) throws IOException {
    return send(text.getBytes(ISO_8859_1));
  }

  TlsClient send(byte[] bytes) throws IOException {
    tls.getOutputStream().write(bytes);
    return this;
  }

  /** The head of an answer. */
  String head() throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      head.append((char) in.readUnsignedByte());
    }
    return head.toString();
  }

  /** The end that was read is that of TLS. TLS 1.3 hides it. */
  void assertEndIsTold() {
    if (tls.getSession().getProtocol().equals("TLSv1.2") && plain.lastRecord() != ALERT) {
      throw new AssertionError("last record: " + plain.lastRecord() + " (expected: an alert)");
    }
  }

  /** All until the gateway closes. */
  String rest() throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  /** Ends the output of TLS. That of the socket stays open. */
  TlsClient endOutput() throws IOException {
    plain.hold();
    tls.shutdownOutput();
    plain.release();
    return this;
  }

  /** The opcode and payload of the next frame, as text. */
  String frame() throws IOException {
    int opcode = in.readUnsignedByte() & 0x0F;
    int length = in.readUnsignedByte();
    length = length == 126 ? in.readUnsignedShort() : length == 127 ? (int) in.readLong() : length;
    return opcode + " " + new String(in.readNBytes(length), UTF_8);
  }

  /** Upgrades, and reads the welcome. */
  TlsClient upgraded(String user) throws IOException {
    send(RawSocket.handshake("Authorization: Bearer " + user));
    String head = head();
    if (!head.startsWith("HTTP/1.1 101 ")) {
      throw new AssertionError(head);
    }
    frame();
    return this;
  }

  @Override
  public void close() throws IOException {
    plain.close();
  }
}
