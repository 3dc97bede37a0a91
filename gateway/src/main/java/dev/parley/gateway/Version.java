package dev.parley.gateway;

import dev.parley.gateway.log.embedded.EmbeddedLog;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Properties;

/** The text of {@code --version}. */
final class Version {

  private static final String FILE = "version.properties";

  private Version() {}

  /** The gateway's version alone. */
  static String number() {
    return read().getProperty("version", "");
  }

  /** The gateway's version and commit, the Java that it runs on, and the form of its store. */
  static String text() {
    Properties built = read();
    return String.format(
        Locale.ROOT,
        """
            parley %s
            commit %s
            java %s (%s)
            store format %d
            """,
        built.getProperty("version"),
        built.getProperty("commit"),
        Runtime.version(),
        System.getProperty("java.vendor"),
        EmbeddedLog.FORMAT);
  }

  private static Properties read() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream(FILE)) {
      if (in == null) {
        throw new IllegalStateException(FILE + ": missing (expected: beside this class)");
      }
      properties.load(in);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
