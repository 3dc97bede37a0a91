package dev.parley.gateway.tests.browser;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;

/** Serves pages on a free port of this machine: another origin than that of the gateway. */
final class PageServer implements AutoCloseable {
  private final HttpServer server;

  PageServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.start();
  }

  /** The origin, for the gateway's settings. */
  String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers with this page from now on. */
  void page(String path, String html) {
    byte[] body = html.getBytes(UTF_8);
    server.createContext(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  /** The body of the first request that a page posts there. */
  CompletableFuture<String> posted(String path) {
    CompletableFuture<String> posted = new CompletableFuture<>();
    server.createContext(
        path,
        exchange -> {
          String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
          posted.complete(body);
        });
    return posted;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
