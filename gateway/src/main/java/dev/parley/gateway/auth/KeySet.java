package dev.parley.gateway.auth;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import java.io.IOException;
import java.security.PublicKey;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The public keys of a key set (RFC 7517) that verify signatures: RSA and EC. Keys for other uses,
 * of other kinds, weak or malformed ones are left out. Immutable.
 */
final class KeySet {

  static final int MAX_KEYS = 100;

  /** How many keys one token is checked with at most. */
  static final int MAX_CHECKS = 4;

  private static final List<String> PUBLIC_MEMBERS =
      List.of("kty", "kid", "n", "e", "crv", "x", "y");
  private static final int MAX_DEPTH = 20;

  /** The length of an id, in characters. */
  static final int MAX_KID = 255;

  private static final ObjectReader JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  /** In the order of the document, which chooses among keys of one id. */
  private final Set<Member> members;

  /**
   * A key of the set.
   *
   * @param kid empty if it has none
   * @param algorithms that it verifies here
   */
  private record Member(String kid, PublicKey key, Set<PublicKeyAlgorithm> algorithms) {}

  private final Map<String, Map<PublicKeyAlgorithm, List<SignatureCheck>>> byKid = new HashMap<>();
  private final Map<PublicKeyAlgorithm, List<SignatureCheck>> all = new HashMap<>();

  private KeySet(List<Member> found) {
    members = Collections.unmodifiableSet(new LinkedHashSet<>(found));
    for (Member member : members) {
      for (PublicKeyAlgorithm each : member.algorithms()) {
        SignatureCheck check = each.with(member.key()).orElseThrow();
        byKid
            .computeIfAbsent(member.kid(), kid -> new HashMap<>())
            .computeIfAbsent(each, name -> new ArrayList<>())
            .add(check);
        all.computeIfAbsent(each, name -> new ArrayList<>()).add(check);
      }
    }
  }

  /**
   * Reads a key set.
   *
   * @param allowed the algorithms of the settings
   * @throws IllegalArgumentException if it is none, has too many keys, or none that is of use; the
   *     message says so and has no part of the document
   */
  static KeySet read(byte[] document, Set<PublicKeyAlgorithm> allowed) {
    JsonNode keys = parse(document).path("keys");
    if (!keys.isArray()) {
      throw new IllegalArgumentException("no key set (expected: {\"keys\":[…]})");
    }
    if (keys.size() > MAX_KEYS) {
      throw new IllegalArgumentException(
          keys.size() + " keys (expected: at most " + MAX_KEYS + ")");
    }
    List<Member> members = new ArrayList<>();
    keys.forEach(key -> member(key, allowed).ifPresent(members::add));
    if (members.isEmpty()) {
      throw new IllegalArgumentException("no key for " + PublicKeySource.names(allowed));
    }
    return new KeySet(members);
  }

  private static JsonNode parse(byte[] document) {
    try {
      return JSON.readTree(document);
    } catch (IOException notJson) {
      throw new IllegalArgumentException("no JSON (expected: a key set)", notJson);
    }
  }

  private static Optional<Member> member(JsonNode key, Set<PublicKeyAlgorithm> allowed) {
    String kid = text(key, "kid");
    if (!key.isObject() || !isForSignatures(key) || kid == null || kid.length() > MAX_KID) {
      return Optional.empty();
    }
    return publicKey(key)
        .map(found -> new Member(kid, found, algorithms(key, found, allowed)))
        .filter(member -> !member.algorithms().isEmpty());
  }

  /** RFC 7517, sections 4.2 and 4.3; a key without both is for anything. */
  private static boolean isForSignatures(JsonNode key) {
    JsonNode operations = key.get("key_ops");
    boolean mayVerify = operations == null;
    if (operations != null && operations.isArray()) {
      for (JsonNode each : operations) {
        mayVerify |= each.asText().equals("verify");
      }
    }
    return mayVerify && (!key.has("use") || "sig".equals(text(key, "use")));
  }

  private static Set<PublicKeyAlgorithm> algorithms(
      JsonNode key, PublicKey found, Set<PublicKeyAlgorithm> allowed) {
    String own = text(key, "alg");
    return allowed.stream()
        .filter(each -> !key.has("alg") || each.name().equals(own))
        .filter(each -> each.with(found).isPresent())
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(PublicKeyAlgorithm.class)));
  }

  /** Only members of public keys are read: certificates and private parts are not. */
  private static Optional<PublicKey> publicKey(JsonNode key) {
    Map<String, Object> members = new HashMap<>();
    for (String name : PUBLIC_MEMBERS) {
      String text = text(key, name);
      if (text != null && !text.isEmpty()) {
        members.put(name, text);
      }
    }
    try {
      return JWK.parse(members) instanceof AsymmetricJWK pair
          ? Optional.ofNullable(pair.toPublicKey())
          : Optional.empty();
    } catch (ParseException | JOSEException | RuntimeException malformed) {
      return Optional.empty();
    }
  }

  /** Empty if it is absent, null if it is no text. */
  private static @Nullable String text(JsonNode key, String name) {
    JsonNode member = key.get(name);
    return member == null ? "" : member.textValue();
  }

  /** The checks for a token, the first few of the document; empty if no key has this id. */
  List<SignatureCheck> find(PublicKeyAlgorithm algorithm, @Nullable String kid) {
    if (kid == null || kid.isEmpty()) {
      List<SignatureCheck> found = all.getOrDefault(algorithm, List.of());
      return found.size() > MAX_CHECKS ? List.of() : found;
    }
    Map<PublicKeyAlgorithm, List<SignatureCheck>> named =
        byKid.getOrDefault(kid, byKid.getOrDefault("", Map.of()));
    List<SignatureCheck> found = named.getOrDefault(algorithm, List.of());
    return found.subList(0, Math.min(found.size(), MAX_CHECKS));
  }

  int size() {
    return members.size();
  }

  /** Whether all keys of another set are here too. */
  boolean containsAll(KeySet other) {
    return members.containsAll(other.members);
  }
}
