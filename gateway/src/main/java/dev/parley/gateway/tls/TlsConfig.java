package dev.parley.gateway.tls;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Settings of TLS on the gateway's listeners. They name files; {@link TlsFiles} reads them.
 *
 * @param hsts time for which browsers use this host over TLS alone; zero: they are not told
 */
public record TlsConfig(Source source, Duration hsts) {

  /** Where certificate and key are. */
  public sealed interface Source permits PemFiles, Keystore {}

  /**
   * Files in PEM form.
   *
   * @param password the file with the password of an encrypted key
   */
  public record PemFiles(Path certificate, Path key, Optional<Path> password) implements Source {}

  /** A file in PKCS#12 form, and the file with its password. */
  public record Keystore(Path file, Path password) implements Source {}

  private static final String SECTION = "server.tls";

  static final Setting<Optional<Path>> CERTIFICATE =
      Setting.optional(
          "server.tls.certificate_file",
          Parsers.path(),
          "PEM file with the certificate of the gateway, then those of its issuers. With it, the"
              + " gateway speaks TLS 1.2 and 1.3 alone.");

  static final Setting<Optional<Path>> KEY =
      Setting.optional(
          "server.tls.key_file", Parsers.path(), "PEM file with the key of the certificate.");

  static final Setting<Optional<Path>> KEY_PASSWORD =
      Setting.optional(
          "server.tls.key_password_file",
          Parsers.path(),
          "File whose first line is the password of server.tls.key_file, if that is encrypted.");

  static final Setting<Optional<Path>> KEYSTORE =
      Setting.optional(
          "server.tls.keystore_file",
          Parsers.path(),
          "PKCS#12 file with certificate and key, in place of both PEM files.");

  static final Setting<Optional<Path>> KEYSTORE_PASSWORD =
      Setting.optional(
          "server.tls.keystore_password_file",
          Parsers.path(),
          "File whose first line is the password of server.tls.keystore_file.");

  private static final Setting<Duration> HSTS =
      Setting.of(
          "server.tls.hsts",
          "0s",
          Quantities.duration("0s", "17520h"),
          "Time for which browsers are told to use this host over TLS alone, on every port of it"
              + " (Strict-Transport-Security); 0s: they are not told.");

  public TlsConfig {
    requireNonNull(source, "source");
    requireNonNull(hsts, "hsts");
  }

  /** Empty if the gateway does not speak TLS. */
  public static Optional<TlsConfig> read(Settings settings) {
    Optional<Path> certificate = settings.get(CERTIFICATE);
    Optional<Path> key = settings.get(KEY);
    Optional<Path> password = settings.get(KEY_PASSWORD);
    Optional<Path> keystore = settings.get(KEYSTORE);
    Optional<Path> keystorePassword = settings.get(KEYSTORE_PASSWORD);
    Duration hsts = settings.get(HSTS);
    pair(CERTIFICATE, KEY, settings);
    pair(KEYSTORE, KEYSTORE_PASSWORD, settings);
    if (password.isPresent() && key.isEmpty()) {
      settings.refuse(KEY_PASSWORD, "server.tls.key_file beside it");
    }
    if (keystore.isPresent() && (certificate.isPresent() || key.isPresent())) {
      settings.refuse(KEYSTORE, "a keystore or PEM files, not both");
    }
    if (!hsts.isZero() && certificate.isEmpty() && keystore.isEmpty()) {
      settings.refuse(HSTS, "server.tls.certificate_file or server.tls.keystore_file beside it");
    }
    Optional<Source> pem =
        certificate.flatMap(chain -> key.map(file -> new PemFiles(chain, file, password)));
    return pem.or(
            () -> keystore.flatMap(file -> keystorePassword.map(of -> new Keystore(file, of))))
        .map(source -> new TlsConfig(source, hsts));
  }

  /** Whether any setting of TLS is set, be it a wrong one. */
  public static boolean isSet(Settings settings) {
    return settings.isSectionSet(SECTION);
  }

  /** Each of the two needs the other. */
  private static void pair(
      Setting<Optional<Path>> one, Setting<Optional<Path>> other, Settings settings) {
    if (settings.isSet(one) && !settings.isSet(other)) {
      settings.refuse(other, "a file, as " + one.name() + " is set");
    }
    if (settings.isSet(other) && !settings.isSet(one)) {
      settings.refuse(one, "a file, as " + other.name() + " is set");
    }
  }
}
