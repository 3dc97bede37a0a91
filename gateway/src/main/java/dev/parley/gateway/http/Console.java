package dev.parley.gateway.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * The files of the console, of the dashboard and of the client {@code parley.js}, read from the
 * class path.
 */
public final class Console {

  private static final String FOLDER = "/console/";
  private static final String WEBJARS = "webjars.properties";

  /** The pages: file to path. Every other file has its own name as its path. */
  private static final Map<String, String> PAGES =
      Map.of("index.html", "/", "dashboard.html", "/dashboard");

  private static final List<String> FILES =
      List.of(
          "index.html",
          "dashboard.html",
          "dashboard/agents.js",
          "dashboard/alerts.js",
          "dashboard/audit.js",
          "dashboard/broadcasts.js",
          "dashboard/history.js",
          "dashboard/latency.js",
          "dashboard/limits.js",
          "dashboard/live.js",
          "dashboard/main.js",
          "dashboard/metrics.js",
          "dashboard/operator.js",
          "dashboard/overview.js",
          "dashboard/panel.js",
          "dashboard/plot.js",
          "dashboard/poller.js",
          "dashboard/readers.js",
          "dashboard/sections.js",
          "dashboard/store.js",
          "dashboard/table.js",
          "dashboard/timeline.js",
          "dashboard/units.js",
          "dashboard/user.js",
          "icon.svg",
          "page/agents.js",
          "page/composer.js",
          "page/connection.js",
          "page/conversation.js",
          "page/dom.js",
          "page/failure.js",
          "page/inspector.js",
          "page/key.js",
          "page/long-text.js",
          "page/main.js",
          "page/markdown-parser.js",
          "page/markdown-tree.js",
          "page/markdown-worker.js",
          "page/markdown.js",
          "page/notifications.js",
          "page/pending.js",
          "page/run-lanes.js",
          "page/scroller.js",
          "page/session.js",
          "page/simulate.js",
          "page/theme-switch.js",
          "page/theme.js",
          "page/thinking.js",
          "page/threads.js",
          "page/timeline.js",
          "page/tool-call.js",
          "page/words.js",
          "parley.d.ts",
          "parley.js",
          "parley/ack.js",
          "parley/backoff.js",
          "parley/client.js",
          "parley/connector.js",
          "parley/errors.js",
          "parley/event-stream.js",
          "parley/fold.js",
          "parley/http.js",
          "parley/ids.js",
          "parley/inbox.js",
          "parley/mask.js",
          "parley/outbox.js",
          "parley/page.js",
          "parley/reading.js",
          "parley/silence.js",
          "parley/socket-link.js",
          "parley/stream-link.js",
          "parley/subscriptions.js",
          "parley/thread-reader.js",
          "parley/thread.js",
          "parley/tokens.js",
          "parley/ways.js",
          "style/base.css",
          "style/conversation.css",
          "style/dashboard.css",
          "style/inspector.css",
          "style/layout.css");

  private Console() {}

  /** Reads all files. Called by the starting thread. */
  public static List<ImmediateEndpoint> files() {
    List<ImmediateEndpoint> files = new ArrayList<>();
    FILES.forEach(file -> files.add(file(file, FOLDER + file)));
    webjars().forEach((file, place) -> files.add(file(file.toString(), place.toString())));
    return files;
  }

  /** The libraries that the page loads: path to the place in their WebJar. */
  private static Properties webjars() {
    Properties webjars = new Properties();
    try (InputStream in = open(WEBJARS)) {
      webjars.load(in);
      return webjars;
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** Both pages share what is not theirs alone. */
  private static Side side(String file) {
    return file.equals("index.html")
        ? Side.USERS
        : file.startsWith("dashboard") ? Side.OPERATORS : Side.BOTH;
  }

  private static ConsoleFile file(String file, String place) {
    try (InputStream in = open(place)) {
      String path = PAGES.getOrDefault(file, "/" + file);
      return new ConsoleFile(path, side(file), contentType(file), in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static InputStream open(String place) {
    InputStream in = Console.class.getResourceAsStream(place);
    if (in == null) {
      throw new IllegalStateException(place + ": missing (expected: on the class path)");
    }
    return in;
  }

  private static String contentType(String file) {
    return switch (file.substring(file.lastIndexOf('.'))) {
      case ".html" -> "text/html; charset=utf-8";
      case ".css" -> "text/css; charset=utf-8";
      case ".js" -> "text/javascript; charset=utf-8";
      case ".ts" -> "text/plain; charset=utf-8";
      case ".svg" -> "image/svg+xml";
      default ->
          throw new IllegalStateException(
              file + ": unknown suffix (expected: .html, .css, .js, .ts or .svg)");
    };
  }
}
