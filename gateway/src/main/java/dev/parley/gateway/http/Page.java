package dev.parley.gateway.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** One file of the console, held in memory; browsers ask each time and mostly hear 304. */
public final class Page implements Resource {

  private static final String FOLDER = "/console/";
  private static final String INDEX = "index.html";
  private static final List<String> FILES =
      List.of(
          INDEX,
          "console.css",
          "console.js",
          "conversation.js",
          "parley.js",
          "parley.d.ts",
          "parley/backoff.js",
          "parley/client.js",
          "parley/errors.js",
          "parley/event-stream.js",
          "parley/fold.js",
          "parley/http.js",
          "parley/ids.js",
          "parley/outbox.js",
          "parley/page.js",
          "parley/silence.js",
          "parley/socket-link.js",
          "parley/stream-link.js",
          "parley/thread.js",
          "session.js",
          "icon.svg");

  /** The page loads and calls nothing but this origin; 'self' covers its WebSocket (CSP 3). */
  private static final String POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
          + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

  private final String path;
  private final String contentType;
  private final byte[] body;
  private final String tag;

  Page(String path, String contentType, byte[] body) {
    this.path = path;
    this.contentType = contentType;
    this.body = body;
    this.tag = tag(body);
  }

  /** All files of the console, read from the class path by the starting thread. */
  public static List<Resource> all() {
    return FILES.stream().<Resource>map(Page::read).toList();
  }

  private static Page read(String file) {
    try (InputStream in = Page.class.getResourceAsStream(FOLDER + file)) {
      if (in == null) {
        throw new IllegalStateException(FOLDER + file + ": missing (expected: on the class path)");
      }
      String path = file.equals(INDEX) ? "/" : "/" + file;
      return new Page(path, contentType(file), in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String contentType(String file) {
    return switch (file.substring(file.lastIndexOf('.'))) {
      case ".html" -> "text/html; charset=utf-8";
      case ".css" -> "text/css; charset=utf-8";
      case ".js" -> "text/javascript; charset=utf-8";
      case ".ts" -> "text/plain; charset=utf-8";
      case ".svg" -> "image/svg+xml";
      default -> "application/octet-stream";
    };
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
