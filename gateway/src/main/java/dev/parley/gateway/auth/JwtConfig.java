package dev.parley.gateway.auth;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.security.PublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How tokens are verified.
 *
 * @param issuers whose tokens are accepted; empty only in development mode. If there are several,
 *     each has an {@code iss} of its own
 * @param leeway between the clocks of an issuer and the gateway
 */
public record JwtConfig(List<IssuerConfig> issuers, Duration leeway) {

  private static final Setting<Duration> LEEWAY =
      Setting.of(
          "auth.jwt.leeway",
          "5s",
          Quantities.duration("0s", "5m"),
          "Maximum difference between the clocks of issuers and gateway.");

  public JwtConfig {
    issuers = List.copyOf(issuers);
    requireNonNull(leeway, "leeway");
  }

  public static JwtConfig read(Settings settings) {
    Duration leeway = settings.get(LEEWAY);
    IssuerKeys single = new IssuerKeys(settings, null);
    // A first name makes the settings known where no issuer is configured.
    var ignored = new IssuerKeys(settings, "");
    List<IssuerConfig> issuers = new ArrayList<>();
    single.issuer().ifPresent(issuers::add);
    Set<String> names = settings.names(IssuerSettings.SEVERAL.prefix());
    if (settings.isSet(LEEWAY) && !single.hasKeys() && names.isEmpty()) {
      single.refuseWithoutKeys(LEEWAY);
    }
    if (!names.isEmpty() && single.hasKeys()) {
      single.requireBounds();
    }
    for (String name : names) {
      IssuerKeys keys = new IssuerKeys(settings, name);
      keys.issuer().ifPresent(issuer -> add(issuer, keys, issuers));
    }
    return new JwtConfig(issuers, leeway);
  }

  /** An issuer that knew the secret of another one could make tokens in its name. */
  private static void add(IssuerConfig issuer, IssuerKeys keys, List<IssuerConfig> issuers) {
    Set<Secret> known = new HashSet<>();
    issuers.forEach(each -> known.addAll(each.keys().secrets()));
    if (issuer.keys().secrets().stream().anyMatch(known::contains)) {
      keys.refuseSecret();
    }
    Set<PublicKey> knownPublic = new HashSet<>();
    issuers.forEach(each -> knownPublic.addAll(publicKeys(each)));
    if (publicKeys(issuer).stream().anyMatch(knownPublic::contains)) {
      keys.refusePublicKeys();
    }
    if (issuers.stream()
        .anyMatch(each -> each.issuer().isPresent() && each.issuer().equals(issuer.issuer()))) {
      keys.refuseIssuer("a text that no other issuer has");
    }
    issuers.add(issuer);
  }

  private static List<PublicKey> publicKeys(IssuerConfig issuer) {
    return issuer.keys() instanceof PublicKeys known ? known.keys() : List.of();
  }

  /** Whether any setting of tokens is set, even to a value that is refused. */
  public static boolean isSet(Settings settings) {
    return settings.isSectionSet(IssuerSettings.SINGLE)
        || !settings.names(IssuerSettings.SEVERAL.prefix()).isEmpty();
  }

  /** The secrets of all issuers. */
  public List<Secret> secrets() {
    return issuers.stream().flatMap(issuer -> issuer.keys().secrets().stream()).toList();
  }

  /** The same with an issuer that is bound to nothing, in the place of all others. */
  public JwtConfig withOnly(Secret secret) {
    return new JwtConfig(List.of(IssuerConfig.of(secret)), leeway);
  }
}
