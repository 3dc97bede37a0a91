package dev.parley.gateway.auth;

import dev.parley.gateway.auth.SharedSecrets.LastSecret;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Secrets;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.SettingFamily;
import dev.parley.gateway.config.SettingPrefix;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.Scope;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one issuer: of the only one, in {@code auth.jwt}, or of one of several, in {@code
 * issuers.<name>}. Used by the starting thread.
 */
final class IssuerKeys {

  static final String SINGLE = "auth.jwt";
  static final SettingPrefix SEVERAL = new SettingPrefix("issuers");

  /** Any tenant. */
  private static final String ANY = "*";

  private static final int MIN_BYTES = HmacAlgorithm.HS256.minBytes();

  /** One setting in both places. */
  private record Key<T>(Setting<Optional<T>> single, SettingFamily<Optional<T>> several) {

    /** The meaning has the section in the place of {@code %s}. */
    static <T> Key<T> of(String suffix, Parser<T> parser, String meaning) {
      return of(suffix, parser, meaning, meaning);
    }

    static <T> Key<T> of(String suffix, Parser<T> parser, String single, String several) {
      return new Key<>(
          Setting.optional(SINGLE + "." + suffix, parser, single.formatted(SINGLE)),
          SEVERAL.optional(suffix, parser, several.formatted(SEVERAL.prefix() + ".<name>")));
    }
  }

  private static final Key<Secret> SECRET =
      Key.of(
          "secret",
          Secrets.text(MIN_BYTES),
          "Secret that signs tokens. Without any setting of auth.jwt and issuers the gateway is in"
              + " development mode.",
          "Secret that signs the tokens of this issuer; never shown.");
  private static final Key<Secret> SECRET_FILE =
      Key.of(
          "secret_file", Secrets.file(MIN_BYTES), "File with the secret, in place of %s.secret.");
  private static final Key<Secret> LAST_SECRET =
      Key.of(
          "last_secret",
          Secrets.text(MIN_BYTES),
          "Secret that signed tokens before, while issuers change to the current one; never shown.");
  private static final Key<Secret> LAST_SECRET_FILE =
      Key.of(
          "last_secret_file",
          Secrets.file(MIN_BYTES),
          "File with that secret, in place of %s.last_secret.");
  private static final Key<Instant> LAST_SECRET_UNTIL =
      Key.of("last_secret_until", Parsers.instant(), "Time at which %s.last_secret ends.");
  private static final Key<List<HmacAlgorithm>> ALGORITHMS =
      Key.of(
          "algorithms",
          list(Parser.of("one of HS256, HS384, HS512", HmacAlgorithm::of)),
          "Algorithms that tokens may be signed with; HS256 if not set.");
  private static final Key<String> ISSUER =
      Key.of(
          "issuer",
          Parsers.text(),
          "Required value of `iss`; needed beside issuers.<name>.",
          "Value of `iss` in the tokens of this issuer, which selects these settings; needed.");
  private static final Key<String> AUDIENCE =
      Key.of("audience", Parsers.text(), "Value that `aud` must contain.");
  private static final Key<List<String>> TENANTS =
      Key.of(
          "tenants",
          list(Parsers.text("a name")),
          "Tenants that tokens may claim; `*` for any; any if not set, but needed beside"
              + " issuers.<name>. With one, it is that of tokens that claim none.",
          "Tenants that tokens of this issuer may claim; `*` for any; needed. With one, it is that of"
              + " tokens that claim none.");
  private static final Key<List<Scope>> SCOPES =
      Key.of(
          "scopes",
          list(Parsers.oneOf(Scope.class)),
          "Scopes that tokens may have; others in a token are ignored; all if not set, but needed"
              + " beside issuers.<name>.",
          "Scopes that tokens of this issuer may have; others in a token are ignored; needed.");

  private static final List<Key<?>> ALL =
      List.of(
          SECRET,
          SECRET_FILE,
          LAST_SECRET,
          LAST_SECRET_FILE,
          LAST_SECRET_UNTIL,
          ALGORITHMS,
          ISSUER,
          AUDIENCE,
          TENANTS,
          SCOPES);

  private final Settings settings;

  /** Null for {@code auth.jwt}. */
  private final @Nullable String name;

  private final Optional<Secret> current;
  private final Optional<Secret> last;
  private final Optional<Instant> until;
  private final Optional<List<HmacAlgorithm>> algorithms;
  private final Optional<String> issuer;
  private final Optional<String> audience;
  private final Optional<List<String>> tenants;
  private final Optional<List<Scope>> scopes;

  /**
   * Reads the settings of {@code auth.jwt}, or of {@code issuers.<name>}.
   *
   * @param name null for {@code auth.jwt}
   */
  IssuerKeys(Settings settings, @Nullable String name) {
    this.settings = settings;
    this.name = name;
    current = either(SECRET, SECRET_FILE);
    last = either(LAST_SECRET, LAST_SECRET_FILE);
    until = get(LAST_SECRET_UNTIL);
    algorithms = get(ALGORITHMS);
    issuer = get(ISSUER);
    audience = get(AUDIENCE);
    tenants = get(TENANTS);
    scopes = get(SCOPES);
  }

  /** A list that is not empty, so that nothing is meant by nothing. */
  private static <T> Parser<List<T>> list(Parser<T> element) {
    Parser<List<T>> list = Parsers.list(element);
    return Parser.of(
        list.expectation(), text -> list.parse(text).filter(values -> !values.isEmpty()));
  }

  /** Checks the settings; empty if there is no secret. */
  Optional<IssuerConfig> issuer() {
    if (hasSecret()) {
      checkLast();
    } else {
      refuseWithoutSecret();
    }
    if (name != null) {
      requireBounds();
    }
    Set<String> named = Set.copyOf(tenants.orElse(List.of()));
    return current
        .map(this::secrets)
        .map(
            secrets ->
                new IssuerConfig(
                    issuer,
                    audience,
                    secrets,
                    named.contains(ANY) ? Set.of() : named,
                    scopes.map(Set::copyOf).orElseGet(() -> EnumSet.allOf(Scope.class))));
  }

  private SharedSecrets secrets(Secret secret) {
    List<HmacAlgorithm> allowed = algorithms.orElse(List.of(HmacAlgorithm.HS256));
    int needed = allowed.stream().mapToInt(HmacAlgorithm::minBytes).max().orElse(MIN_BYTES);
    if (secret.length() < needed || last.filter(each -> each.length() < needed).isPresent()) {
      settings.refuse(
          setting(ALGORITHMS),
          "algorithms for which each secret is as long as the hash: " + needed + " bytes");
      return SharedSecrets.of(secret);
    }
    Optional<LastSecret> replaced =
        last.flatMap(each -> until.map(end -> new LastSecret(each, end)));
    return new SharedSecrets(secret, replaced, EnumSet.copyOf(allowed));
  }

  private void checkLast() {
    boolean isLastSet = isSet(LAST_SECRET) || isSet(LAST_SECRET_FILE);
    if (isLastSet && !isSet(LAST_SECRET_UNTIL)) {
      settings.refuse(setting(LAST_SECRET_UNTIL), "a time, because last_secret is set");
    } else if (!isLastSet && isSet(LAST_SECRET_UNTIL)) {
      settings.refuse(setting(LAST_SECRET_UNTIL), "last_secret beside it");
    }
    if (current.isPresent() && current.equals(last)) {
      settings.refuse(
          setting(isSet(LAST_SECRET) ? LAST_SECRET : LAST_SECRET_FILE),
          "another secret than the current one");
    }
  }

  /** Whether a secret is set, even to a value that is refused. */
  boolean hasSecret() {
    return isSet(SECRET) || isSet(SECRET_FILE);
  }

  private void refuseWithoutSecret() {
    if (name != null) {
      settings.refuse(setting(SECRET), "a secret here or in secret_file, to verify tokens");
      return;
    }
    for (Key<?> key : ALL) {
      if (isSet(key)) {
        refuseWithoutSecret(setting(key));
      }
    }
  }

  void refuseWithoutSecret(Setting<?> setting) {
    settings.refuse(
        setting, SINGLE + ".secret or " + SINGLE + ".secret_file beside it, to verify tokens");
  }

  /** Refuses the secret of this issuer, because another one has it. */
  void refuseSecret() {
    settings.refuse(
        setting(isSet(SECRET_FILE) ? SECRET_FILE : SECRET), "a secret that no other issuer has");
  }

  void refuseIssuer(String expectation) {
    settings.refuse(setting(ISSUER), expectation);
  }

  /** Refuses an issuer among several that is bound to nothing. */
  void requireBounds() {
    require(ISSUER, "the value of iss in the tokens of this issuer");
    require(TENANTS, "the tenants that this issuer may claim; * for any");
    require(SCOPES, "the scopes that this issuer may grant");
  }

  private void require(Key<?> key, String expectation) {
    if (!isSet(key)) {
      settings.refuse(setting(key), expectation);
    }
  }

  private boolean isSet(Key<?> key) {
    return settings.isSet(setting(key));
  }

  private <T> Optional<T> get(Key<T> key) {
    return name == null ? settings.get(key.single()) : settings.find(key.several(), name);
  }

  private Optional<Secret> either(Key<Secret> given, Key<Secret> file) {
    return name == null
        ? settings.either(given.single(), file.single())
        : settings.either(given.several(), file.several(), name);
  }

  private <T> Setting<Optional<T>> setting(Key<T> key) {
    return name == null ? key.single() : key.several().of(name, Optional.empty());
  }
}
