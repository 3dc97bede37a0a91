package dev.parley.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;

/** The strong entity tag of a body, a hash of it (RFC 9110, section 8.8.3). */
record EntityTag(String text) {

  static EntityTag of(byte[] body) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(body);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, 15));
      return new EntityTag('"' + text + '"');
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** If-None-Match by weak comparison (RFC 9110, section 13.1.2). */
  boolean isKnownTo(HttpHeaders request) {
    return request.getAll(HttpHeaderNames.IF_NONE_MATCH).stream()
        .flatMap(value -> Stream.of(value.split(",", -1)))
        .map(String::strip)
        .anyMatch(known -> known.equals("*") || known.equals(text) || known.equals("W/" + text));
  }

  /** The answer with this body: caches ask each time whether it is still the same. */
  Response answer(HttpHeaders request, String contentType, byte[] body) {
    Response response = isKnownTo(request) ? Response.of(304) : Response.of(200, contentType, body);
    return response
        .with(HttpHeaderNames.ETAG, text)
        .with(HttpHeaderNames.CACHE_CONTROL, "no-cache");
  }
}
