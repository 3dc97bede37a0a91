package dev.parley.gateway.http;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Locale;

/**
 * Refuses the requests of foreign pages to the listener of operators. Only a page of the listener
 * itself may call it; on loopback the listener has no other name, so that no other can be made to
 * resolve to it (DNS rebinding). Callable from any thread.
 *
 * @param isLoopback whether only this machine can reach the listener
 */
record OpsGate(boolean isLoopback) {

  /**
   * Checks the head of a request.
   *
   * @throws RefusedException with 403
   */
  void check(HttpHeaders headers) {
    if (isLoopback) {
      Loopback.requireHost(headers);
    }
    if (isOfForeignPage(headers)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "Sec-Fetch-Site: another page (expected: a page of this address)");
    }
    String origin = headers.get(HttpHeaderNames.ORIGIN);
    if (origin != null && !isOwn(origin, headers.get(HttpHeaderNames.HOST, ""))) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "Origin: another page (expected: a page of this address)");
    }
  }

  /**
   * A browser sends no {@code Origin} with a picture, but says where the page is. A person may
   * follow a link.
   *
   * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
   */
  private static boolean isOfForeignPage(HttpHeaders headers) {
    String site = headers.get("sec-fetch-site", "none");
    boolean isOwn = site.equals("none") || site.equals("same-origin");
    return !isOwn && !headers.get("sec-fetch-dest", "").equals("document");
  }

  /** A proxy in between may speak TLS. */
  private static boolean isOwn(String origin, String host) {
    String name = host.toLowerCase(Locale.ROOT);
    return origin.equals("http://" + name) || origin.equals("https://" + name);
  }
}
