package dev.parley.gateway.agent.upstream;

import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import java.net.URI;
import java.util.Locale;

/** The address of a service, as settings have it. */
public final class ServiceUrl {

  /** An absolute {@code http} or {@code https} address without user and fragment. */
  public static final Parser<URI> PARSER = Parsers.httpUrl();

  private static final int HTTP_PORT = 80;
  private static final int HTTPS_PORT = 443;

  private ServiceUrl() {}

  static boolean isSecure(URI uri) {
    return "https".equalsIgnoreCase(uri.getScheme());
  }

  /** The port; that of the scheme where the URL has none. */
  public static int port(URI uri) {
    if (uri.getPort() > 0) {
      return uri.getPort();
    }
    return isSecure(uri) ? HTTPS_PORT : HTTP_PORT;
  }

  /** The name or address of the host; an IPv6 address without its brackets. */
  public static String host(URI uri) {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  /** The value of the header {@code Host} (RFC 9110, section 7.2). */
  static String authority(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return uri.getPort() > 0 ? host + ":" + uri.getPort() : host;
  }

  /** The target of a request (RFC 9112, section 3.2.1). */
  static String pathAndQuery(URI uri) {
    String path = uri.getRawPath();
    String rooted = path == null || path.isEmpty() ? "/" : path;
    return uri.getRawQuery() == null ? rooted : rooted + "?" + uri.getRawQuery();
  }
}
