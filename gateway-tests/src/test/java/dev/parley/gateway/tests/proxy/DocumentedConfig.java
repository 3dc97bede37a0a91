package dev.parley.gateway.tests.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The configurations of {@code docs/behind-a-proxy.md}, unchanged except for the two addresses. */
final class DocumentedConfig {
  private static final Path PAGE = Path.of("../docs/behind-a-proxy.md");
  private static final String GATEWAY = "127.0.0.1:8080";

  private DocumentedConfig() {}

  /** The configuration of nginx, with this port and this gateway. */
  static String nginx(int port, URI gateway) {
    return at(block("nginx", 0), "listen 80;", "listen 127.0.0.1:" + port + ";", gateway);
  }

  static String haproxy(int port, URI gateway) {
    return at(block("haproxy", 0), "bind :80", "bind 127.0.0.1:" + port, gateway);
  }

  static String haproxyWithProxyProtocol(int port, URI gateway) {
    return at(block("haproxy", 1), "bind :80", "bind 127.0.0.1:" + port, gateway);
  }

  private static String block(String language, int index) {
    try {
      Pattern fence = Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL);
      Matcher matcher = fence.matcher(Files.readString(PAGE));
      List<String> blocks = new ArrayList<>();
      while (matcher.find()) {
        blocks.add(matcher.group(1));
      }
      return blocks.get(index);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String at(String text, String listen, String instead, URI gateway) {
    return replaced(replaced(text, listen, instead), GATEWAY, gateway.getAuthority());
  }

  /**
   * Replaces a part that must occur exactly once, so that the test uses the intended configuration.
   */
  static String replaced(String text, String part, String instead) {
    if (text.split(Pattern.quote(part), -1).length != 2) {
      throw new AssertionError(part + ": (expected: once in the configuration) " + text);
    }
    return text.replace(part, instead);
  }
}
