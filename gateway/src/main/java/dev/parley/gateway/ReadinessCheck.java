package dev.parley.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * Asks a gateway on this machine over TLS whether it is ready; {@code bin/check} is the front of
 * it. Any certificate will do: it is that of the gateway's name, not of this machine's loopback
 * address, and nothing secret is sent.
 */
public final class ReadinessCheck {

  private static final int PATIENCE_MILLIS = 5_000;
  private static final String REQUEST =
      "GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

  private ReadinessCheck() {}

  /** Ends with exit code 0 if the gateway at this port is ready, else with 1. */
  public static void main(String[] args) {
    System.exit(isReady(Integer.parseInt(args[0])) ? 0 : 1);
  }

  /** Blocks for a few seconds at most. */
  static boolean isReady(int port) {
    try (Socket plain = new Socket()) {
      plain.setSoTimeout(PATIENCE_MILLIS);
      InetAddress host = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
      plain.connect(new InetSocketAddress(host, port), PATIENCE_MILLIS);
      try (SSLSocket tls =
              (SSLSocket)
                  anyCertificate().getSocketFactory().createSocket(plain, "localhost", port, true);
          BufferedReader in =
              new BufferedReader(new InputStreamReader(tls.getInputStream(), US_ASCII))) {
        tls.getOutputStream().write(REQUEST.getBytes(US_ASCII));
        String status = in.readLine();
        return status != null && status.startsWith("HTTP/1.1 200 ");
      }
    } catch (IOException | GeneralSecurityException notReady) {
      return false;
    }
  }

  private static SSLContext anyCertificate() throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Any()}, null);
    return context;
  }

  private static final class Any implements X509TrustManager {

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
