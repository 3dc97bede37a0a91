package dev.parley.gateway.tests.browser;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Properties;

/** The accessibility checker axe-core, from its WebJar on the class path. */
final class Axe {
  private static final String PLACE = "/META-INF/resources/webjars/axe-core/";

  /** The checker, to be run as a script in a page. */
  static final String SOURCE = read();

  /** Runs it and hands over a line for each serious fault. */
  static final String RUN =
      """
      ;const report = arguments[arguments.length - 1];
      axe.run().then(({ violations }) => report(violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200)))
        .join('\\n')), (error) => report(String(error)));
      """;

  private Axe() {}

  private static String read() {
    Properties about = new Properties();
    try (InputStream in = open("/META-INF/maven/org.webjars.npm/axe-core/pom.properties")) {
      about.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try (InputStream in = open(PLACE + about.getProperty("version") + "/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String place) {
    InputStream in = Axe.class.getResourceAsStream(place);
    if (in == null) {
      throw new AssertionError(place + ": missing (expected: on the class path)");
    }
    return in;
  }
}
