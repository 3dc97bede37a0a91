package dev.parley.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;

/**
 * One file of the console, held in memory. Browsers revalidate it with each load and mostly get
 * 304.
 */
public final class ConsoleFile implements ImmediateEndpoint {

  /**
   * The page loads from and connects to this origin only; 'self' covers its WebSocket (CSP 3). Text
   * cannot become markup (Trusted Types): the only policy allows one URL, that of the Markdown
   * worker.
   */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
          + " worker-src 'self';"
          + " require-trusted-types-for 'script'; trusted-types markdown-worker;"
          + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final String path;
  private final String contentType;
  private final byte[] body;
  private final String tag;

  ConsoleFile(String path, String contentType, byte[] body) {
    this.path = path;
    this.contentType = contentType;
    this.body = body;
    this.tag = tag(body);
  }

  private static String tag(byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 15));
      return '"' + text + '"';
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public Response respond(Request request) {
    Response response = isKnown(request) ? Response.of(304) : Response.of(200, contentType, body);
    return response
        .with(HttpHeaderNames.ETAG, tag)
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache")
        .with("content-security-policy", POLICY)
        .with("referrer-policy", "no-referrer")
        .with("cross-origin-opener-policy", "same-origin");
  }

  /** If-None-Match by weak comparison (RFC 9110, section 13.1.2). */
  private boolean isKnown(Request request) {
    return request.headers().getAll(HttpHeaderNames.IF_NONE_MATCH).stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip)
        .anyMatch(known -> known.equals("*") || known.equals(tag) || known.equals("W/" + tag));
  }
}
