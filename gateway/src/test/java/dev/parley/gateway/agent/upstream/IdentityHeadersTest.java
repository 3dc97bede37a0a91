package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import com.auth0.jwt.JWT;
import com.auth0.jwt.algorithms.Algorithm;
import com.auth0.jwt.interfaces.DecodedJWT;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class IdentityHeadersTest extends UpstreamTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @BeforeMethod(alwaysRun = true)
  void open() {
    client.run = new TestRun("acme", "ann müller", "7");
  }

  private Dialogue seen(ScriptedService service) {
    Collector.end(client.stream(service));
    return service.dialogues().get(0);
  }

  public void withoutIdentityTheServiceLearnsNothing() {
    try (ScriptedService service = ScriptedService.streaming("data: [DONE]\n\n")) {
      Dialogue seen = seen(service);
      assertThat(seen.header("parley-user")).isEmpty();
      assertThat(seen.header("parley-identity")).isEmpty();
    }
  }

  public void theTokenIsOfTheRunAndForTheUrlOfTheAgent() {
    client.configure("identity", "jwt");
    client.configure("identity_secret", SECRET);
    try (ScriptedService service = ScriptedService.streaming("data: [DONE]\n\n")) {
      DecodedJWT token = JWT.decode(seen(service).header("parley-identity"));
      Algorithm.HMAC256(SECRET).verify(token);
      assertThat(token.getIssuer()).isEqualTo("parley");
      assertThat(token.getAudience()).containsExactly(service.uri().toString());
      assertThat(token.getSubject()).isEqualTo("ann müller");
      assertThat(token.getClaim("tenant").asString()).isEqualTo("acme");
      assertThat(token.getClaim("run").asString()).isEqualTo("r_7");
      assertThat(token.getIssuedAtAsInstant()).isEqualTo("2026-11-01T12:00:00Z");
      assertThat(token.getExpiresAtAsInstant()).isEqualTo("2026-11-01T12:05:00Z");
      assertThat(token.getId()).isNotEmpty();
    }
  }

  public void theSignatureIsOverIdentityUrlAndBody() throws GeneralSecurityException {
    client.configure("identity", "headers");
    client.configure("identity_secret", SECRET);
    try (ScriptedService service = ScriptedService.streaming("data: [DONE]\n\n")) {
      Dialogue seen = seen(service);
      assertThat(seen.header("parley-user")).isEqualTo("ann%20m%C3%BCller");
      String signed =
          "v1\n1793534400\nacme\nann%20m%C3%BCller\nr_7\n"
              + service.uri()
              + "\n"
              + HexFormat.of()
                  .formatHex(
                      MessageDigest.getInstance("SHA-256")
                          .digest("{}".getBytes(StandardCharsets.UTF_8)));
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      String signature =
          HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
      assertThat(seen.header("parley-timestamp")).isEqualTo("1793534400");
      assertThat(seen.header("parley-tenant")).isEqualTo("acme");
      assertThat(seen.header("parley-run")).isEqualTo("r_7");
      assertThat(seen.header("parley-signature")).isEqualTo("v1=" + signature);
    }
  }
}
