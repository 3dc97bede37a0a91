package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.IssuerSettings.ALGORITHMS;
import static dev.parley.gateway.auth.IssuerSettings.ALL;
import static dev.parley.gateway.auth.IssuerSettings.AUDIENCE;
import static dev.parley.gateway.auth.IssuerSettings.ISSUER;
import static dev.parley.gateway.auth.IssuerSettings.JWKS_URL;
import static dev.parley.gateway.auth.IssuerSettings.LAST_SECRET;
import static dev.parley.gateway.auth.IssuerSettings.LAST_SECRET_FILE;
import static dev.parley.gateway.auth.IssuerSettings.LAST_SECRET_UNTIL;
import static dev.parley.gateway.auth.IssuerSettings.PUBLIC_KEY;
import static dev.parley.gateway.auth.IssuerSettings.PUBLIC_KEY_FILE;
import static dev.parley.gateway.auth.IssuerSettings.SCOPES;
import static dev.parley.gateway.auth.IssuerSettings.SECRET;
import static dev.parley.gateway.auth.IssuerSettings.SECRET_FILE;
import static dev.parley.gateway.auth.IssuerSettings.SINGLE;
import static dev.parley.gateway.auth.IssuerSettings.TENANTS;
import static dev.parley.gateway.auth.IssuerSettings.TIERS;

import dev.parley.gateway.auth.IssuerSettings.IssuerSetting;
import dev.parley.gateway.auth.SharedSecrets.LastSecret;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.Scope;
import java.net.URI;
import java.security.PublicKey;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one issuer: of the only one, in {@code auth.jwt}, or of one of several, in {@code
 * issuers.<name>}. Used by the starting thread.
 */
final class IssuerKeys {

  /** Any tenant. */
  private static final String ANY = "*";

  private static final String ONE_KIND = "one of a secret, public keys and jwks_url";

  private final Settings settings;

  /** Null for {@code auth.jwt}. */
  private final @Nullable String name;

  private final Optional<Secret> current;
  private final Optional<Secret> last;
  private final Optional<Instant> until;
  private final Optional<List<PublicKey>> publicKeys;
  private final Optional<URI> jwksUrl;
  private final Optional<List<String>> algorithms;
  private final Optional<String> issuer;
  private final Optional<String> audience;
  private final Optional<List<String>> tenants;
  private final Optional<List<String>> tiers;
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
    publicKeys = either(PUBLIC_KEY, PUBLIC_KEY_FILE);
    jwksUrl = get(JWKS_URL);
    algorithms = get(ALGORITHMS);
    issuer = get(ISSUER);
    audience = get(AUDIENCE);
    tenants = get(TENANTS);
    tiers = get(TIERS);
    scopes = get(SCOPES);
  }

  /** Checks the settings; empty if there are no keys. */
  Optional<IssuerConfig> issuer() {
    checkKinds();
    if (name != null) {
      requireBounds();
    }
    Set<String> named = Set.copyOf(tenants.orElse(List.of()));
    return keys()
        .map(
            keys ->
                new IssuerConfig(
                    issuer,
                    audience,
                    keys,
                    named.contains(ANY) ? Set.of() : named,
                    Set.copyOf(tiers.orElse(List.of())),
                    scopes.map(Set::copyOf).orElseGet(() -> EnumSet.allOf(Scope.class))));
  }

  private Optional<KeyConfig> keys() {
    return current
        .<KeyConfig>map(this::secrets)
        .or(() -> publicKeys.map(this::publicKeys))
        .or(() -> jwksUrl.map(url -> new JwksLocation(section(), url, publicAlgorithms())));
  }

  /** One kind of keys, and nothing that needs another one. */
  private void checkKinds() {
    if (!hasKeys()) {
      refuseWithoutKeys();
      return;
    }
    if (hasSecret() && hasPublicKeys()) {
      settings.refuse(setting(isSet(PUBLIC_KEY) ? PUBLIC_KEY : PUBLIC_KEY_FILE), ONE_KIND);
    }
    if (isSet(JWKS_URL)) {
      if (hasSecret() || hasPublicKeys()) {
        settings.refuse(setting(JWKS_URL), ONE_KIND);
      }
      if (name == null) {
        require(ISSUER, "the value of iss in the tokens of this key set");
      }
    }
    if (hasSecret()) {
      checkLast();
      return;
    }
    for (IssuerSetting<?> key : List.of(LAST_SECRET, LAST_SECRET_FILE, LAST_SECRET_UNTIL)) {
      if (isSet(key)) {
        settings.refuse(setting(key), "secret beside it");
      }
    }
  }

  private SharedSecrets secrets(Secret secret) {
    List<HmacAlgorithm> allowed =
        allowed(HmacAlgorithm::of, List.of(HmacAlgorithm.HS256), "HS256, HS384 or HS512");
    int needed =
        allowed.stream()
            .mapToInt(HmacAlgorithm::minBytes)
            .max()
            .orElse(HmacAlgorithm.HS256.minBytes());
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

  private PublicKeys publicKeys(List<PublicKey> keys) {
    Set<PublicKeyAlgorithm> allowed = publicAlgorithms();
    if (keys.stream()
        .anyMatch(key -> allowed.stream().allMatch(each -> each.with(key).isEmpty()))) {
      settings.refuse(
          setting(ALGORITHMS),
          "an algorithm of each public key: RS or PS of RSA, ES256 of P-256, ES384 of P-384, ES512"
              + " of P-521");
    }
    return new PublicKeys(keys, allowed);
  }

  private Set<PublicKeyAlgorithm> publicAlgorithms() {
    return EnumSet.copyOf(
        allowed(
            PublicKeyAlgorithm::of,
            List.copyOf(PublicKeys.DEFAULT_ALGORITHMS),
            "RS, PS and ES algorithms beside public keys"));
  }

  /** A secret never verifies what a public key should, and the other way round. */
  private <A> List<A> allowed(
      Function<String, Optional<A>> byName, List<A> otherwise, String expectation) {
    List<String> names = algorithms.orElse(List.of());
    List<A> allowed = names.stream().map(byName).flatMap(Optional::stream).toList();
    if (allowed.size() < names.size()) {
      settings.refuse(setting(ALGORITHMS), expectation);
    }
    return allowed.isEmpty() ? otherwise : allowed;
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

  /** Whether keys are set, even to a value that is refused. */
  boolean hasKeys() {
    return hasSecret() || hasPublicKeys() || isSet(JWKS_URL);
  }

  private boolean hasSecret() {
    return isSet(SECRET) || isSet(SECRET_FILE);
  }

  private boolean hasPublicKeys() {
    return isSet(PUBLIC_KEY) || isSet(PUBLIC_KEY_FILE);
  }

  private void refuseWithoutKeys() {
    if (name != null) {
      settings.refuse(
          setting(SECRET), "a secret here or in secret_file, or public keys, to verify tokens");
      return;
    }
    for (IssuerSetting<?> key : ALL) {
      if (isSet(key)) {
        refuseWithoutKeys(setting(key));
      }
    }
  }

  void refuseWithoutKeys(Setting<?> setting) {
    settings.refuse(
        setting,
        SINGLE
            + ".secret or "
            + SINGLE
            + ".secret_file beside it, or public keys, to verify tokens");
  }

  /** Refuses the secret of this issuer, because another one has it. */
  void refuseSecret() {
    settings.refuse(
        setting(isSet(SECRET_FILE) ? SECRET_FILE : SECRET), "a secret that no other issuer has");
  }

  /** Refuses the public keys of this issuer, because another one has one of them. */
  void refusePublicKeys() {
    settings.refuse(
        setting(isSet(PUBLIC_KEY_FILE) ? PUBLIC_KEY_FILE : PUBLIC_KEY),
        "keys that no other issuer has");
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

  private void require(IssuerSetting<?> key, String expectation) {
    if (!isSet(key)) {
      settings.refuse(setting(key), expectation);
    }
  }

  private boolean isSet(IssuerSetting<?> key) {
    return settings.isSet(setting(key));
  }

  private <T> Optional<T> get(IssuerSetting<T> key) {
    return name == null ? settings.get(key.single()) : settings.find(key.several(), name);
  }

  private <T> Optional<T> either(IssuerSetting<T> given, IssuerSetting<T> file) {
    return name == null
        ? settings.either(given.single(), file.single())
        : settings.either(given.several(), file.several(), name);
  }

  private String section() {
    return name == null ? SINGLE : IssuerSettings.SEVERAL.prefix() + "." + name;
  }

  private <T> Setting<Optional<T>> setting(IssuerSetting<T> key) {
    return name == null ? key.single() : key.several().of(name, Optional.empty());
  }
}
