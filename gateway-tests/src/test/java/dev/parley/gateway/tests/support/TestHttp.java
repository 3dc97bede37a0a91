package dev.parley.gateway.tests.support;

import dev.parley.gateway.tls.TestTls;
import java.net.http.HttpClient;
import javax.net.ssl.SSLContext;

/** What clients of the tests use for HTTP and for TLS: they trust certificates of the tests too. */
public final class TestHttp {
  static final SSLContext TLS = TestTls.trustingMade();

  public static final HttpClient CLIENT = HttpClient.newBuilder().sslContext(TLS).build();

  private TestHttp() {}
}
