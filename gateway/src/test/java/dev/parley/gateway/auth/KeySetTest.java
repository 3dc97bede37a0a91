package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.KeyForge.jwk;
import static dev.parley.gateway.auth.KeyForge.jwks;
import static dev.parley.gateway.auth.PublicKeyAlgorithm.ES256;
import static dev.parley.gateway.auth.PublicKeyAlgorithm.ES384;
import static dev.parley.gateway.auth.PublicKeyAlgorithm.PS256;
import static dev.parley.gateway.auth.PublicKeyAlgorithm.RS256;
import static java.math.BigInteger.ONE;
import static java.math.BigInteger.TWO;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class KeySetTest {

  private static final PublicKey RSA = KeyForge.RSA.getPublic();
  private static final PublicKey P256 = KeyForge.P256.getPublic();
  private static final Set<PublicKeyAlgorithm> ALL = EnumSet.allOf(PublicKeyAlgorithm.class);

  private static KeySet read(String document) {
    return KeySet.read(document.getBytes(UTF_8), ALL);
  }

  public void aKeyIsFoundByItsIdAndForItsAlgorithms() {
    KeySet set = read(jwks(jwk(RSA, "r", ""), jwk(P256, "e", ",\"use\":\"sig\"")));
    assertThat(set.size()).isEqualTo(2);
    assertThat(set.find(RS256, "r")).hasSize(1);
    assertThat(set.find(PS256, "r")).hasSize(1);
    assertThat(set.find(ES256, "r")).isEmpty();
    assertThat(set.find(ES256, "e")).hasSize(1);
    assertThat(set.find(ES384, "e")).isEmpty();
    assertThat(set.find(RS256, "R")).isEmpty();
    assertThat(set.find(RS256, null)).hasSize(1);
    String token = KeyForge.signed(RS256, "{}");
    assertThat(set.find(RS256, "r").get(0).isSignatureOf(token)).isTrue();
  }

  public void theAlgorithmOfAKeyIsTheOnlyOne() {
    KeySet set = read(jwks(jwk(RSA, "r", ",\"alg\":\"PS256\"")));
    assertThat(set.find(PS256, "r")).hasSize(1);
    assertThat(set.find(RS256, "r")).isEmpty();
    assertThatThrownBy(
            () -> KeySet.read(jwks(jwk(RSA, "r", "")).getBytes(UTF_8), EnumSet.of(ES256)))
        .hasMessage("no key for ES256");
  }

  /** A key of RSA with this number as its modulus n or exponent e. */
  private static String member(String name, BigInteger number) {
    return jwk(RSA, "x", "")
        .replaceAll(
            "\"" + name + "\":\"[^\"]*\"",
            "\"" + name + "\":\"" + KeyForge.base64(number.toByteArray()) + "\"");
  }

  @DataProvider
  public Object[] keysOfNoUse() {
    String oct = "{\"kty\":\"oct\",\"k\":\"c2VjcmV0\",\"kid\":\"x\",\"alg\":\"HS256\"}";
    String rsa = jwk(RSA, "x", "");
    return new Object[] {
      oct,
      jwk(RSA, "x", ",\"use\":\"enc\""),
      jwk(RSA, "x", ",\"use\":7"),
      jwk(RSA, "x", ",\"key_ops\":[\"encrypt\"]"),
      jwk(RSA, "x", ",\"key_ops\":\"verify\""),
      jwk(RSA, "x", ",\"alg\":\"RSA-OAEP\""),
      jwk(RSA, "x", ",\"alg\":\"HS256\""),
      jwk(RSA, "x", ",\"alg\":null"),
      jwk(KeyForge.rsa(1024).getPublic(), "x", ""),
      jwk(RSA, "x".repeat(256), ""),
      jwk(P256, "x", "").replace("P-256", "P-384"),
      jwk(P256, "x", "").replace("P-256", "secp256k1"),
      jwk(P256, "x", "").replaceAll("\"y\":\"[^\"]*\"", "\"y\":\"AAAA\""),
      rsa.replaceAll("\"n\":\"[^\"]*\"", "\"n\":\"\""),
      rsa.replaceAll("\"n\":\"[^\"]*\"", "\"n\":\"!!!\""),
      rsa.replaceAll("\"n\":\"[^\"]*\"", "\"n\":[1]"),
      rsa.replaceAll("\"e\":\"[^\"]*\"", "\"e\":\"AQ\""),
      rsa.replaceAll("\"e\":\"[^\"]*\"", "\"e\":\"AA\""),
      member("e", TWO.pow(16)),
      member("e", TWO.pow(64).add(ONE)),
      member("n", TWO.pow(2047)),
      member("n", TWO.pow(8192).add(ONE)),
      rsa.replaceAll("\"kty\":\"RSA\"", "\"kty\":\"EC\""),
      "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}",
      "{}",
      "null",
      "[]",
      "\"" + "a".repeat(100) + "\"",
    };
  }

  /** It is left out, and the others count. */
  @Test(dataProvider = "keysOfNoUse")
  public void aKeyOfNoUseIsLeftOut(String key) {
    KeySet set = read(jwks(key, jwk(P256, "good", "")));
    assertThat(set.size()).isEqualTo(1);
    assertThat(set.find(ES256, "good")).hasSize(1);
    assertThatThrownBy(() -> read(jwks(key)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no key for RS256 or");
  }

  @DataProvider
  public Object[] keysForSignaturesAmongOthers() {
    return new Object[] {
      jwk(RSA, "x", ",\"key_ops\":[\"verify\"]"),
      jwk(RSA, "x", ",\"key_ops\":[\"sign\",\"verify\"],\"use\":\"sig\""),
      jwk(RSA, "x", ",\"key_ops\":[\"verify\",\"encrypt\"]"),
    };
  }

  @Test(dataProvider = "keysForSignaturesAmongOthers")
  public void aKeyThatMayVerifyCounts(String key) {
    assertThat(read(jwks(key)).find(RS256, "x")).hasSize(1);
  }

  public void theIdOfAKeyMayBeOfTheMaximum() {
    String longest = "x".repeat(KeySet.MAX_KID);
    assertThat(read(jwks(jwk(RSA, longest, ""))).find(RS256, longest)).hasSize(1);
  }

  private static String[] keys(int count) {
    return IntStream.range(0, count).mapToObj(i -> jwk(P256, "k" + i, "")).toArray(String[]::new);
  }

  public void aSetMayHaveTheMaximumOfKeys() {
    assertThat(read(jwks(keys(KeySet.MAX_KEYS))).size()).isEqualTo(KeySet.MAX_KEYS);
  }

  @DataProvider
  public Object[][] documents() {
    return new Object[][] {
      {"", "no key set"},
      {"<html>", "no JSON"},
      {"{\"keys\":[]} x", "no JSON"},
      {"{\"keys\":" + "[".repeat(10_000), "no JSON"},
      {"{}", "no key set"},
      {"[]", "no key set"},
      {"{\"keys\":{}}", "no key set"},
      {jwks(), "no key for"},
      {jwks(keys(KeySet.MAX_KEYS + 1)), "101 keys (expected: at most 100)"},
    };
  }

  @Test(dataProvider = "documents")
  public void anotherDocumentIsRefused(String document, String message) {
    assertThatThrownBy(() -> read(document))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  public void aTokenWithoutAnIdIsCheckedWithAFewKeysOnly() {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < KeySet.MAX_CHECKS; i++) {
      keys.add(jwk(P256, "k" + i, ""));
    }
    assertThat(read(jwks(keys.toArray(String[]::new))).find(ES256, null)).hasSize(4);
    keys.add(jwk(P256, "one more", ""));
    assertThat(read(jwks(keys.toArray(String[]::new))).find(ES256, null)).isEmpty();
    KeySet unnamed = read(jwks(jwk(P256, "", "")));
    assertThat(unnamed.find(ES256, "any")).hasSize(1);
  }

  public void itTellsWhetherAKeyIsGone() {
    KeySet one = read(jwks(jwk(RSA, "r", "")));
    KeySet two = read(jwks(jwk(RSA, "r", ""), jwk(P256, "e", "")));
    assertThat(two.containsAll(one)).isTrue();
    assertThat(one.containsAll(two)).isFalse();
    assertThat(read(jwks(jwk(KeyForge.OTHER_RSA.getPublic(), "r", ""))).containsAll(one)).isFalse();
  }

  public void ofManyKeysWithOneIdTheFirstOnesCount() {
    List<KeyPair> pairs = Stream.generate(() -> KeyForge.ec("secp256r1")).limit(12).toList();
    for (String id : List.of("same", "")) {
      String[] keys =
          pairs.stream().map(pair -> jwk(pair.getPublic(), id, "")).toArray(String[]::new);
      List<SignatureCheck> checks = read(jwks(keys)).find(ES256, "same");
      assertThat(checks).hasSize(KeySet.MAX_CHECKS);
      for (int i = 0; i < pairs.size(); i++) {
        String token = KeyForge.signed(ES256, pairs.get(i), "", "{}");
        boolean isFound = checks.stream().anyMatch(each -> each.isSignatureOf(token));
        assertThat(isFound).as("key %s", i).isEqualTo(i < KeySet.MAX_CHECKS);
      }
    }
  }
}
