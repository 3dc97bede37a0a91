package dev.parley.gateway.http;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Admits only requests that programs on this machine send directly to this gateway. The {@code
 * Host} header exposes pages of another name that resolves to this machine (DNS rebinding).
 * Forwarding headers expose a proxy.
 */
final class Loopback {

  private static final Pattern HOST =
      Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?");

  private static final String FORWARDED_PREFIX = "x-forwarded-";

  /** What proxies and providers add, beside the headers with the prefix. */
  private static final Set<String> FORWARDED =
      Set.of(
          "forwarded",
          "via",
          "x-real-ip",
          "x-client-ip",
          "x-cluster-client-ip",
          "x-envoy-external-address",
          "x-original-forwarded-for",
          "true-client-ip",
          "cf-connecting-ip",
          "fastly-client-ip");

  private Loopback() {}

  /**
   * Checks peer address, host and forwarding headers.
   *
   * @throws RefusedException with 403; the message names the failed check
   */
  static void require(Request request) {
    if (!(request.peer() instanceof InetSocketAddress peer)
        || peer.getAddress() == null
        || !peer.getAddress().isLoopbackAddress()) {
      throw forbidden("peer: another machine (expected: this machine)");
    }
    requireHost(request.headers());
    for (String name : request.headers().names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (FORWARDED.contains(lower) || lower.startsWith(FORWARDED_PREFIX)) {
        throw forbidden("header " + lower + ": present (expected: no proxy in between)");
      }
    }
  }

  /**
   * Checks the host alone: a page of another name cannot pass.
   *
   * @throws RefusedException with 403
   */
  static void requireHost(HttpHeaders headers) {
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() != 1 || !HOST.matcher(hosts.get(0).toLowerCase(Locale.ROOT)).matches()) {
      throw forbidden("header Host: another name (expected: 127.0.0.1, localhost or [::1])");
    }
  }

  private static RefusedException forbidden(String detail) {
    return RefusedException.of(ErrorCode.FORBIDDEN, detail);
  }
}
