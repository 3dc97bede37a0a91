package dev.parley.gateway.tests.support;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Valid and invalid tokens. They are signed without the gateway's library, so that each checks the
 * other.
 */
public final class Tokens {
  private static final Duration HOUR = Duration.ofHours(1);

  private final String secret;

  public Tokens(String secret) {
    this.secret = secret;
  }

  /** A valid token of this user in the default tenant. */
  public String of(String user) {
    return signed(claims(user));
  }

  public String of(String tenant, String user) {
    return signed(claims(user).put("tenant", tenant));
  }

  public String ofTier(String user, String tier) {
    return signed(claims(user).put("tier", tier));
  }

  public String withScope(String user, String scope) {
    return signed(claims(user).put("scope", scope));
  }

  public String expiringAt(String user, Instant end) {
    return signed(claims(user).put("exp", end.getEpochSecond()));
  }

  /** The claims of a valid token, for a test to change. */
  public ObjectNode claims(String user) {
    Instant now = Instant.now();
    return Json.object()
        .put("sub", user)
        .put("iat", now.getEpochSecond())
        .put("exp", now.plus(HOUR).getEpochSecond())
        .put("scope", "chat agent");
  }

  public String signed(JsonNode claims) {
    return sign("{\"alg\":\"HS256\",\"typ\":\"JWT\"}", claims.toString(), "HmacSHA256", secret);
  }

  /** A token with exactly this header and these claims, signed with HS256 whatever they say. */
  public String forged(String header, String claims) {
    return sign(header, claims, "HmacSHA256", secret);
  }

  /** Every invalid token, by its defect. */
  public Map<String, String> bad() {
    Map<String, String> bad = new LinkedHashMap<>();
    bad.put("expired", expired());
    bad.put("not valid yet", notValidYet());
    bad.put("wrong secret", wrongSecret());
    bad.put("unsigned", unsigned());
    bad.put("unsigned, signature kept", unsignedKeepingTheSignature());
    bad.put("signature cut", signatureCut());
    bad.put("claims exchanged", claimsExchanged());
    bad.put("other algorithm", otherAlgorithm());
    bad.put("no subject", noSubject());
    bad.put("empty subject", subject(""));
    bad.put("subject of 256 bytes", subject("é".repeat(128)));
    bad.put("control in subject", subject("ada\nroot"));
    bad.put("subject is a number", subjectIsANumber());
    bad.put("no expiry", noExpiry());
    bad.put("expiry is text", expiryIsText());
    bad.put("tenant is empty", of("", "ada"));
    bad.put("tenant is a list", tenantIsAList());
    bad.put("claims are not an object", sign(header("HS256"), "[]", "HmacSHA256", secret));
    bad.put("claims are not JSON", sign(header("HS256"), "{", "HmacSHA256", secret));
    bad.put("two parts", of("ada").substring(0, of("ada").lastIndexOf('.')));
    bad.put("no token at all", "garbage");
    return bad;
  }

  public String expired() {
    return expiringAt("ada", Instant.now().minus(HOUR));
  }

  public String notValidYet() {
    return signed(claims("ada").put("nbf", Instant.now().plus(HOUR).getEpochSecond()));
  }

  public String wrongSecret() {
    return new Tokens("another secret that is long enough too").of("ada");
  }

  public String unsigned() {
    return encode(header("none")) + "." + encode(claims("ada").toString()) + ".";
  }

  public String unsignedKeepingTheSignature() {
    return unsigned() + of("ada").substring(of("ada").lastIndexOf('.') + 1);
  }

  public String signatureCut() {
    return of("ada").substring(0, of("ada").length() - 4);
  }

  public String claimsExchanged() {
    String good = of("ada");
    String header = good.substring(0, good.indexOf('.') + 1);
    return header + encode(claims("bob").toString()) + good.substring(good.lastIndexOf('.'));
  }

  public String otherAlgorithm() {
    return sign(header("HS512"), claims("ada").toString(), "HmacSHA512", secret);
  }

  public String noSubject() {
    return signed(claims("ada").without("sub"));
  }

  public String subject(String subject) {
    return signed(claims(subject));
  }

  public String subjectIsANumber() {
    return signed(claims("ada").put("sub", 7));
  }

  public String noExpiry() {
    return signed(claims("ada").without("exp"));
  }

  public String expiryIsText() {
    return signed(claims("ada").put("exp", "tomorrow"));
  }

  public String tenantIsAList() {
    return signed(claims("ada").set("tenant", Json.array().add("a")));
  }

  private static String header(String algorithm) {
    return Json.object().put("alg", algorithm).put("typ", "JWT").toString();
  }

  private static String sign(String header, String claims, String algorithm, String secret) {
    String signed = encode(header) + "." + encode(claims);
    try {
      Mac mac = Mac.getInstance(algorithm);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), algorithm));
      return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** This text as a part of a token. */
  public static String encode(String text) {
    return encode(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** Adds an issuer of this name with keys of this kind to the settings of a gateway. */
  public static void addIssuer(
      Map<String, String> settings, String name, String kind, String keys) {
    settings.put("issuers." + name + ".issuer", "https://" + name);
    settings.put("issuers." + name + "." + kind, keys);
    settings.put("issuers." + name + ".tenants", "*");
    settings.put("issuers." + name + ".scopes", "chat,agent");
  }
}
