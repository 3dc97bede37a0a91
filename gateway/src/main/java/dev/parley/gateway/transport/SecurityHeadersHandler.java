package dev.parley.gateway.transport;

import static io.netty.handler.codec.http.HttpHeaderNames.CACHE_CONTROL;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_SECURITY_POLICY;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import java.time.Duration;

/**
 * Adds to every answer, whoever made it, the headers that keep a browser from doing more with it
 * than was meant: no guess of its type, no frame, no address passed on, no use by pages of other
 * sites but with CORS, no copy in a cache. What an answer says of this itself stays. Next to the
 * codec.
 */
@Sharable
final class SecurityHeadersHandler extends ChannelOutboundHandlerAdapter {

  /** Of answers that are no page: nothing in them may load or run. */
  private static final String NOTHING = "default-src 'none'; frame-ancestors 'none'";

  private final String transportSecurity;

  /**
   * Also tells browsers to use this host over TLS alone.
   *
   * @param hsts for this time; zero: not at all
   */
  SecurityHeadersHandler(Duration hsts) {
    transportSecurity = hsts.isZero() ? "" : "max-age=" + hsts.toSeconds();
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (message instanceof HttpResponse response) {
      addTo(ctx, response);
    }
    ctx.write(message, promise);
  }

  private void addTo(ChannelHandlerContext ctx, HttpResponse response) {
    HttpHeaders headers = response.headers();
    // RFC 6797, section 7.2: not over plain HTTP
    if (!transportSecurity.isEmpty() && ctx.pipeline().get(HandlerNames.TLS) != null) {
      headers.set("strict-transport-security", transportSecurity);
    }
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      return;
    }
    headers
        .set("x-content-type-options", "nosniff")
        .set("referrer-policy", "no-referrer")
        .set("cross-origin-resource-policy", "same-origin");
    setIfAbsent(headers, CONTENT_SECURITY_POLICY, NOTHING);
    setIfAbsent(headers, CACHE_CONTROL, HttpHeaderValues.NO_STORE);
  }

  private static void setIfAbsent(HttpHeaders headers, CharSequence name, CharSequence value) {
    if (!headers.contains(name)) {
      headers.set(name, value);
    }
  }
}
