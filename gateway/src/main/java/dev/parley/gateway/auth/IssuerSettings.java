package dev.parley.gateway.auth;

import static java.util.stream.Collectors.joining;

import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.SettingPrefix;
import dev.parley.gateway.protocol.Scope;
import java.net.URI;
import java.security.PublicKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The declarations of the settings of an issuer, each in both of its places. */
final class IssuerSettings {

  static final String SINGLE = "auth.jwt";
  static final SettingPrefix SEVERAL = new SettingPrefix("issuers");

  static final int MIN_BYTES = HmacAlgorithm.HS256.minBytes();

  /** One setting in both places. */
  record IssuerSetting<T>(Setting<Optional<T>> single, SettingFamily<Optional<T>> several) {

    /** The meaning has the section in the place of {@code %s}. */
    static <T> IssuerSetting<T> of(String suffix, Parser<T> parser, String meaning) {
      return of(suffix, parser, meaning, meaning);
    }

    static <T> IssuerSetting<T> of(String suffix, Parser<T> parser, String single, String several) {
      return new IssuerSetting<>(
          Setting.optional(SINGLE + "." + suffix, parser, single.formatted(SINGLE)),
          SEVERAL.optional(suffix, parser, several.formatted(SEVERAL.prefix() + ".<name>")));
    }
  }

  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

  private static final String NAMES =
      Stream.<Enum<?>>concat(
              Arrays.stream(HmacAlgorithm.values()), Arrays.stream(PublicKeyAlgorithm.values()))
          .map(Enum::name)
          .collect(joining(", "));

  static final IssuerSetting<Secret> SECRET =
      IssuerSetting.of(
          "secret",
          Secrets.text(MIN_BYTES),
          "Secret that signs tokens. Without any setting of auth.jwt and issuers the gateway is in"
              + " development mode.",
          "Secret that signs the tokens of this issuer; never shown.");
  static final IssuerSetting<Secret> SECRET_FILE =
      IssuerSetting.of(
          "secret_file", Secrets.file(MIN_BYTES), "File with the secret, in place of %s.secret.");
  static final IssuerSetting<Secret> LAST_SECRET =
      IssuerSetting.of(
          "last_secret",
          Secrets.text(MIN_BYTES),
          "Secret that signed tokens before, while issuers change to the current one; never shown.");
  static final IssuerSetting<Secret> LAST_SECRET_FILE =
      IssuerSetting.of(
          "last_secret_file",
          Secrets.file(MIN_BYTES),
          "File with that secret, in place of %s.last_secret.");
  static final IssuerSetting<Instant> LAST_SECRET_UNTIL =
      IssuerSetting.of(
          "last_secret_until", Parsers.instant(), "Time at which %s.last_secret ends.");
  static final IssuerSetting<List<String>> ALGORITHMS =
      IssuerSetting.of(
          "algorithms",
          list(Parser.of("one of " + NAMES, IssuerSettings::algorithm)),
          "Algorithms that tokens may be signed with, of those of the keys; if not set, HS256 of a"
              + " secret, RS256, ES256, ES384 and ES512 of public keys.");
  static final IssuerSetting<List<PublicKey>> PUBLIC_KEY =
      IssuerSetting.of(
          "public_key",
          PemKeys.text(),
          "Public key that verifies tokens, in place of a secret: PEM, one or more public keys or"
              + " certificates, whose dates are ignored.");
  static final IssuerSetting<List<PublicKey>> PUBLIC_KEY_FILE =
      IssuerSetting.of(
          "public_key_file", PemKeys.file(), "File with them, in place of %s.public_key.");
  static final IssuerSetting<URI> JWKS_URL =
      IssuerSetting.of(
          "jwks_url",
          Parser.of(
              "an https:// URL without user and fragment, or http:// on this machine",
              text -> Parsers.httpUrl().parse(text).filter(IssuerSettings::isPrivate)),
          "URL of the key set (JWKS) of the issuer, in place of a secret or public keys; needs"
              + " %s.issuer.");
  static final IssuerSetting<String> ISSUER =
      IssuerSetting.of(
          "issuer",
          Parsers.text(),
          "Required value of `iss`; needed beside issuers.<name>.",
          "Value of `iss` in the tokens of this issuer, which selects these settings; needed.");
  static final IssuerSetting<String> AUDIENCE =
      IssuerSetting.of("audience", Parsers.text(), "Value that `aud` must contain.");
  static final IssuerSetting<List<String>> TENANTS =
      IssuerSetting.of(
          "tenants",
          list(Parsers.text("a name")),
          "Tenants that tokens may claim; `*` for any; any if not set, but needed beside"
              + " issuers.<name>. With one, it is that of tokens that claim none.",
          "Tenants that tokens of this issuer may claim; `*` for any; needed. With one, it is that of"
              + " tokens that claim none.");
  static final IssuerSetting<List<String>> TIERS =
      IssuerSetting.of(
          "tiers",
          list(Parsers.text("a name")),
          "Tiers that tokens may claim; any if not set. With one, it is that of tokens that claim"
              + " none.",
          "Tiers that tokens of this issuer may claim; any if not set. With one, it is that of tokens"
              + " that claim none.");
  static final IssuerSetting<List<Scope>> SCOPES =
      IssuerSetting.of(
          "scopes",
          list(Parsers.oneOf(Scope.class)),
          "Scopes that tokens may have; others in a token are ignored; all if not set, but needed"
              + " beside issuers.<name>.",
          "Scopes that tokens of this issuer may have; others in a token are ignored; needed.");

  static final List<IssuerSetting<?>> ALL =
      List.of(
          SECRET,
          SECRET_FILE,
          LAST_SECRET,
          LAST_SECRET_FILE,
          LAST_SECRET_UNTIL,
          PUBLIC_KEY,
          PUBLIC_KEY_FILE,
          JWKS_URL,
          ALGORITHMS,
          ISSUER,
          AUDIENCE,
          TENANTS,
          TIERS,
          SCOPES);

  private IssuerSettings() {}

  /** A list that is not empty, so that nothing is meant by nothing. */
  private static <T> Parser<List<T>> list(Parser<T> element) {
    Parser<List<T>> list = Parsers.list(element);
    return Parser.of(
        list.expectation(), text -> list.parse(text).filter(values -> !values.isEmpty()));
  }

  /** Whether nobody on the way can exchange the keys. */
  private static boolean isPrivate(URI url) {
    return "https".equalsIgnoreCase(url.getScheme()) || LOOPBACK.matcher(url.getHost()).matches();
  }

  private static Optional<String> algorithm(String name) {
    boolean isKnown = HmacAlgorithm.of(name).isPresent() || PublicKeyAlgorithm.of(name).isPresent();
    return isKnown ? Optional.of(name) : Optional.empty();
  }
}
