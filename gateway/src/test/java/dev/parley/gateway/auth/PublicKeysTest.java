package dev.parley.gateway.auth;

import static dev.parley.gateway.auth.KeyForge.pem;
import static dev.parley.gateway.auth.KeyForge.signed;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPublicKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Tokens of public keys, and the ways to forge them. */
@Test(groups = "unit")
public class PublicKeysTest {

  private static final String CLAIMS = "{\"sub\":\"ada\",\"exp\":1800000600}";
  private static final Clock CLOCK =
      Clock.fixed(Instant.ofEpochSecond(1_800_000_000L), ZoneOffset.UTC);
  private static final String ALL = "RS256,RS384,RS512,PS256,PS384,PS512,ES256,ES384,ES512";
  private static final String CERTIFICATE =
      """
      -----BEGIN CERTIFICATE-----
      MIIBcDCCARWgAwIBAgIUEbvs31IxLpJB9wEFaEKrHZ3HIQUwCgYIKoZIzj0EAwIw
      DDEKMAgGA1UEAwwBdDAgFw0yNjExMjkxNzA4NDVaGA8yMTI2MTEwNTE3MDg0NVow
      DDEKMAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCYdevTsUnbg
      EXPk1BhPYbLP1CWZG5haQCiveqUL40Uy334HAm0B/1kZTXD9UNU5hLJZ5F8NWcON
      fb26kJjGdoKjUzBRMB0GA1UdDgQWBBRQ277OmmrUGbYqBT0S7IIFDmv76TAfBgNV
      HSMEGDAWgBRQ277OmmrUGbYqBT0S7IIFDmv76TAPBgNVHRMBAf8EBTADAQH/MAoG
      CCqGSM49BAMCA0kAMEYCIQC7/RwcvhCSs2BB9mnniNXhAIN/hGElonH+gleVm4Qf
      jgIhAMc/1T2q4ZVEJxcgacD/POaWoCQTGoAWbsd54cKZO8io
      -----END CERTIFICATE-----
      """;
  private static final String BITCOIN_CURVE =
      """
      -----BEGIN PUBLIC KEY-----
      MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAE6HDLIt9MvK/BMXJOF7Ur+/AepQrDheHL
      hfaYUaWDpFXlfi9jQShiCsnZ2ZcoiSGJlgA34KJANM63DpmLosuTaQ==
      -----END PUBLIC KEY-----
      """;

  private final List<Verifications> opened = new ArrayList<>();

  @AfterMethod(alwaysRun = true)
  public void close() {
    opened.forEach(Verifications::close);
    opened.clear();
  }

  private static Map<String, String> settings(String... namesAndTexts) {
    Map<String, String> settings = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      settings.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return settings;
  }

  private JwtVerifier verifier(String... namesAndTexts) {
    Problems problems = new Problems();
    JwtConfig config = Settings.read(JwtConfig::read, settings(namesAndTexts), problems);
    assertThat(problems.lines()).isEmpty();
    Verifications verifications =
        new Verifications(Settings.defaults(VerificationConfig::read), new Metrics());
    opened.add(verifications);
    return new JwtVerifier(config, verifications, CLOCK);
  }

  private JwtVerifier verifier(KeyPair pair) {
    return verifier("auth.jwt.public_key", pem(pair.getPublic()), "auth.jwt.algorithms", ALL);
  }

  private static RefusedException refusal(JwtVerifier verifier, String token) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> Forge.user(verifier, token));
    assertThat(refused).as(token).isNotNull();
    assertThat(refused.refusal().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
    return refused;
  }

  private static void isAccepted(JwtVerifier verifier, String token) {
    assertThat(Forge.user(verifier, token).user().subject()).isEqualTo("ada");
  }

  @DataProvider
  public Object[][] algorithms() {
    return Arrays.stream(PublicKeyAlgorithm.values())
        .map(each -> new Object[] {each})
        .toArray(Object[][]::new);
  }

  @Test(dataProvider = "algorithms")
  public void aTokenOfTheKeyIsAcceptedAndAnyOtherIsNot(PublicKeyAlgorithm algorithm) {
    JwtVerifier verifier = verifier(KeyForge.of(algorithm));
    String token = signed(algorithm, CLAIMS);
    isAccepted(verifier, token);
    String otherClaims = KeyForge.base64(CLAIMS.replace("ada", "bob").getBytes(UTF_8));
    String[] parts = token.split("\\.", -1);
    assertThat(refusal(verifier, parts[0] + "." + otherClaims + "." + parts[2]))
        .hasMessageContaining("token: signature: invalid");
    byte[] signature = Base64.getUrlDecoder().decode(parts[2]);
    signature[signature.length / 2] ^= 1;
    assertThat(refusal(verifier, parts[0] + "." + parts[1] + "." + KeyForge.base64(signature)))
        .hasMessageContaining("token: signature: invalid");
  }

  @Test(dataProvider = "algorithms")
  public void onlyTheListedAlgorithmIsAccepted(PublicKeyAlgorithm listed) {
    KeyPair pair = KeyForge.of(listed);
    JwtVerifier verifier =
        verifier("auth.jwt.public_key", pem(pair.getPublic()), "auth.jwt.algorithms", listed + "");
    for (PublicKeyAlgorithm each : PublicKeyAlgorithm.values()) {
      if (KeyForge.of(each) == pair) {
        if (each == listed) {
          isAccepted(verifier, signed(each, CLAIMS));
        } else {
          assertThat(refusal(verifier, signed(each, CLAIMS)))
              .hasMessageContaining("token: alg: another (expected: " + listed + ")");
        }
      }
    }
  }

  /** The header is what the token says, the signature is what it has. */
  @Test(dataProvider = "algorithms")
  public void theAlgorithmOfTheHeaderIsThatOfTheSignature(PublicKeyAlgorithm named) {
    JwtVerifier verifier = verifier(KeyForge.of(named));
    for (PublicKeyAlgorithm used : PublicKeyAlgorithm.values()) {
      if (used != named) {
        String header = "{\"alg\":\"" + named + "\"}";
        assertThat(refusal(verifier, signed(header, used, KeyForge.of(used), CLAIMS)))
            .hasMessageContaining("token: signature: invalid");
      }
    }
  }

  public void aKeyIsNoSecret() {
    String pem = pem(KeyForge.RSA.getPublic());
    JwtVerifier verifier = verifier("auth.jwt.public_key", pem);
    List<String> secrets =
        List.of(pem, pem.strip(), new String(KeyForge.RSA.getPublic().getEncoded(), ISO_8859_1));
    for (String secret : secrets) {
      for (HmacAlgorithm each : HmacAlgorithm.values()) {
        assertThat(refusal(verifier, Forge.signed(each, CLAIMS, secret)))
            .hasMessageContaining("token: alg: another (expected: RS256)");
      }
    }
    assertThat(refusal(verifier, Forge.unsigned("{\"alg\":\"none\"}", CLAIMS)))
        .hasMessageContaining("token: alg: another");
    assertThat(
            refusal(
                verifier,
                signed("{\"alg\":\"rs256\"}", PublicKeyAlgorithm.RS256, KeyForge.RSA, CLAIMS)))
        .hasMessageContaining("token: alg: another");
  }

  public void aSecretIsNoKey() {
    JwtVerifier verifier = verifier("auth.jwt.secret", Forge.KEY);
    for (PublicKeyAlgorithm each : PublicKeyAlgorithm.values()) {
      assertThat(refusal(verifier, signed(each, CLAIMS)))
          .hasMessageContaining("token: alg: another (expected: HS256)");
    }
  }

  /** CVE-2022-21449: a verifier that takes zero accepts it for any content. */
  @DataProvider
  public Object[][] forgedSignaturesOfCurves() {
    byte[] order = ((ECPublicKey) KeyForge.P256.getPublic()).getParams().getOrder().toByteArray();
    byte[] n = Arrays.copyOfRange(order, order.length - 32, order.length);
    byte[] twice = Arrays.copyOf(n, 64);
    System.arraycopy(n, 0, twice, 32, 32);
    byte[] one = new byte[64];
    one[63] = 1;
    byte[] oneFirst = new byte[64];
    oneFirst[31] = 1;
    return new Object[][] {
      {new byte[64]},
      {new byte[0]},
      {new byte[63]},
      {new byte[65]},
      {new byte[96]},
      {twice},
      {one},
      {oneFirst},
      {new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}},
      {new byte[] {0x30, 6, 2, 1, 1, 2, 1, 1}},
    };
  }

  @Test(dataProvider = "forgedSignaturesOfCurves")
  public void aSignatureOfZeroOrOfAnotherLengthIsRefused(byte[] signature) {
    String token = signed(PublicKeyAlgorithm.ES256, CLAIMS);
    String forged = token.substring(0, token.lastIndexOf('.') + 1) + KeyForge.base64(signature);
    assertThat(refusal(verifier(KeyForge.P256), forged))
        .hasMessageContaining("token: signature: invalid");
  }

  /** The key of an attacker, in each place that RFC 7515 has for one. */
  @DataProvider
  public Object[][] keysInTheHeader() {
    String der = Base64.getEncoder().encodeToString(KeyForge.OTHER_RSA.getPublic().getEncoded());
    return new Object[][] {
      {",\"jku\":\"https://evil.example/jwks.json\""},
      {",\"x5u\":\"https://evil.example/cert.pem\""},
      {",\"x5c\":[\"" + der + "\"]"},
      {",\"jwk\":{\"kty\":\"RSA\",\"n\":\"AQAB\",\"e\":\"AQAB\"}"},
      {",\"kid\":\"../../../dev/null\""},
    };
  }

  @Test(dataProvider = "keysInTheHeader")
  public void aKeyInTheHeaderIsIgnored(String member) {
    JwtVerifier verifier = verifier(KeyForge.RSA);
    assertThat(
            refusal(verifier, signed(PublicKeyAlgorithm.RS256, KeyForge.OTHER_RSA, member, CLAIMS)))
        .hasMessageContaining("token: signature: invalid");
    isAccepted(verifier, signed(PublicKeyAlgorithm.RS256, KeyForge.RSA, member, CLAIMS));
  }

  public void anIssuerCannotActForAnother() {
    JwtVerifier verifier =
        verifier(
            "issuers.a.issuer", "https://a",
            "issuers.a.public_key", pem(KeyForge.RSA.getPublic()),
            "issuers.a.tenants", "a",
            "issuers.a.scopes", "chat",
            "issuers.b.issuer", "https://b",
            "issuers.b.public_key", pem(KeyForge.OTHER_RSA.getPublic()),
            "issuers.b.tenants", "b",
            "issuers.b.scopes", "chat",
            "issuers.c.issuer", "https://c",
            "issuers.c.secret", Forge.KEY,
            "issuers.c.tenants", "c",
            "issuers.c.scopes", "chat");
    String ofA = CLAIMS.replace("}", ",\"iss\":\"https://a\"}");
    String ofC = CLAIMS.replace("}", ",\"iss\":\"https://c\"}");
    PublicKeyAlgorithm rs = PublicKeyAlgorithm.RS256;
    assertThat(Forge.user(verifier, signed(rs, ofA)).user().tenant()).isEqualTo("a");
    assertThat(refusal(verifier, signed(rs, KeyForge.OTHER_RSA, ",\"kid\":\"b\"", ofA)))
        .hasMessageContaining("signature");
    assertThat(refusal(verifier, signed(rs, ofC))).hasMessageContaining("alg");
    assertThat(refusal(verifier, Forge.signed(ofA))).hasMessageContaining("alg");
    assertThat(Forge.user(verifier, Forge.signed(ofC)).user().tenant()).isEqualTo("c");
  }

  public void allKeysOfAFileVerifyDuringAChange() throws IOException {
    Path file = Files.createTempFile("keys", ".pem");
    try {
      String before = "# of last year\n" + pem(KeyForge.RSA.getPublic());
      Files.writeString(file, before + "\n" + pem(KeyForge.OTHER_RSA.getPublic()) + CERTIFICATE);
      JwtVerifier verifier = verifier("auth.jwt.public_key_file", file.toString());
      isAccepted(verifier, signed(PublicKeyAlgorithm.RS256, CLAIMS));
      isAccepted(verifier, signed(PublicKeyAlgorithm.RS256, KeyForge.OTHER_RSA, "", CLAIMS));
      assertThat(refusal(verifier, signed(PublicKeyAlgorithm.ES256, CLAIMS)))
          .as("the key of the certificate is another")
          .hasMessageContaining("signature");
    } finally {
      Files.delete(file);
    }
  }

  public void lineEndsMayBeWritten() {
    String pem = pem(KeyForge.P256.getPublic()).replace("\n", "\\n");
    isAccepted(verifier("auth.jwt.public_key", pem), signed(PublicKeyAlgorithm.ES256, CLAIMS));
  }

  @DataProvider
  public Object[][] refusedSettings() {
    String rsa = pem(KeyForge.RSA.getPublic());
    String ec = pem(KeyForge.P256.getPublic());
    String key = "auth.jwt.public_key";
    String hidden = "auth.jwt.public_key: *** (expected: 1 to 4 blocks BEGIN PUBLIC KEY or";
    return new Object[][] {
      {settings(key, "x"), List.of(hidden)},
      {settings(key, pem(KeyForge.rsa(1024).getPublic())), List.of(hidden)},
      {settings(key, rsa + pem(KeyForge.rsa(1024).getPublic())), List.of(hidden)},
      {settings(key, BITCOIN_CURVE), List.of(hidden)},
      {
        settings(key, KeyForge.block("PRIVATE KEY", KeyForge.RSA.getPrivate().getEncoded())),
        List.of(hidden)
      },
      {
        settings(key, rsa + KeyForge.block("PRIVATE KEY", KeyForge.RSA.getPrivate().getEncoded())),
        List.of(hidden)
      },
      {settings(key, rsa + rsa.substring(0, 100)), List.of(hidden)},
      {settings(key, "-----BEGIN PUBLIC KEY-----\n" + rsa), List.of(hidden)},
      {settings(key, rsa + rsa + rsa + rsa + rsa), List.of(hidden)},
      {
        settings("auth.jwt.public_key_file", "/no/such/file"),
        List.of("auth.jwt.public_key_file: /no/such/file (expected: a readable text file with 1 to")
      },
      {
        settings(key, rsa, "auth.jwt.secret", Forge.KEY),
        List.of("auth.jwt.public_key: *** (expected: one of a secret, public keys and jwks_url")
      },
      {
        settings(key, rsa, "auth.jwt.last_secret_until", "2026-12-31T00:00:00Z"),
        List.of("auth.jwt.last_secret_until: 2026-12-31T00:00:00Z (expected: secret beside it")
      },
      {
        settings(key, rsa, "auth.jwt.algorithms", "RS256,HS256"),
        List.of(
            "auth.jwt.algorithms: RS256,HS256 (expected: RS, PS and ES algorithms beside public")
      },
      {
        settings("auth.jwt.secret", Forge.KEY, "auth.jwt.algorithms", "RS256"),
        List.of("auth.jwt.algorithms: RS256 (expected: HS256, HS384 or HS512")
      },
      {
        settings(key, rsa + ec, "auth.jwt.algorithms", "RS256"),
        List.of("auth.jwt.algorithms: RS256 (expected: an algorithm of each public key")
      },
      {
        settings(key, ec, "auth.jwt.algorithms", "ES384"),
        List.of("auth.jwt.algorithms: ES384 (expected: an algorithm of each public key")
      },
      {
        settings(
            key,
            rsa,
            "auth.jwt.issuer",
            "a",
            "auth.jwt.tenants",
            "*",
            "auth.jwt.scopes",
            "chat",
            "issuers.b.issuer",
            "b",
            "issuers.b.public_key",
            ec + rsa,
            "issuers.b.tenants",
            "*",
            "issuers.b.scopes",
            "chat"),
        List.of("issuers.b.public_key: *** (expected: keys that no other issuer has")
      },
      {
        settings("issuers.b.public_key", "x"),
        List.of(
            "issuers.b.public_key: *** (expected: 1 to 4",
            "issuers.b.issuer: not set",
            "issuers.b.tenants: not set",
            "issuers.b.scopes: not set")
      },
    };
  }

  @Test(dataProvider = "refusedSettings")
  public void wrongSettingsAreNamed(Map<String, String> settings, List<String> lines) {
    WrongSettings.checkNamed(settings, lines, "-----BEGIN ");
  }

  public void noKeyIsShown() {
    Problems problems = new Problems();
    JwtConfig config =
        Settings.read(
            JwtConfig::read,
            settings("auth.jwt.public_key", pem(KeyForge.RSA.getPublic())),
            problems);
    assertThat(config.toString()).contains("PublicKeys[1").doesNotContain("modulus");
  }
}
