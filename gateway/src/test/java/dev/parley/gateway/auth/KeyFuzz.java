package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.fuzz.FuzzTarget;
import java.security.PublicKey;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Key sets of issuers, and public keys in PEM: read, or refused. */
public final class KeyFuzz implements FuzzTarget {

  private static final Set<PublicKeyAlgorithm> ALL = EnumSet.allOf(PublicKeyAlgorithm.class);
  private static final String TOKEN = KeyForge.signed(PublicKeyAlgorithm.ES256, "{}");

  @Override
  public String name() {
    return "keys";
  }

  @Override
  public List<byte[]> examples() {
    return FuzzTarget.kept(name());
  }

  @Override
  public List<String> words() {
    return List.of(
        "\"kid\":", "\"crv\":\"P-384\"", "\"kty\":\"oct\"", "\"alg\":", "-----BEGIN ", "-----END ");
  }

  @Override
  public int inputs() {
    return 4_000;
  }

  @Override
  public void take(byte[] input) {
    byte[] rest = FuzzTarget.rest(input);
    if (FuzzTarget.variant(input, 2) == 0) {
      set(rest);
    } else {
      PemKeys.text().parse(new String(rest, ISO_8859_1)).ifPresent(KeyFuzz::check);
    }
  }

  private static void set(byte[] document) {
    KeySet read;
    try {
      read = KeySet.read(document, ALL);
    } catch (IllegalArgumentException documented) {
      if (String.valueOf(documented.getMessage()).getBytes(UTF_8).length > 200) {
        throw new IllegalStateException("the refusal is too long", documented);
      }
      return;
    }
    for (PublicKeyAlgorithm each : ALL) {
      List<SignatureCheck> found = read.find(each, "k1");
      if (found.size() > KeySet.MAX_CHECKS || !read.containsAll(read)) {
        throw new IllegalStateException("checks: " + found.size());
      }
      found.forEach(check -> check.isSignatureOf(TOKEN));
    }
  }

  private static void check(List<PublicKey> keys) {
    if (keys.isEmpty() || !keys.stream().allMatch(PublicKeyAlgorithm::isUsable)) {
      throw new IllegalStateException("keys of no use: " + keys.size());
    }
  }
}
