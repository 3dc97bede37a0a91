package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.protocol.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class JwtConfigTest {

  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  private static JwtConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(JwtConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    Duration leeway = Duration.ofSeconds(5);
    assertThat(read(Map.of(), problems)).isEqualTo(new JwtConfig(List.of(), leeway));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    Map<String, String> values =
        Map.of(
            "auth.jwt.secret", SECRET,
            "auth.jwt.issuer", "https://id.example",
            "auth.jwt.audience", "parley",
            "auth.jwt.leeway", "0s");
    JwtConfig config = read(values, problems);
    IssuerConfig issuer = config.issuers().get(0);
    assertThat(issuer.issuer()).contains("https://id.example");
    assertThat(issuer.audience()).contains("parley");
    assertThat(issuer.tenants()).as("any").isEmpty();
    assertThat(issuer.scopes()).containsExactlyInAnyOrder(Scope.values());
    assertThat(issuer.keys()).isEqualTo(SharedSecrets.of(Secret.of(SECRET)));
    assertThat(config.leeway()).isZero();
    assertThat(problems.isEmpty()).isTrue();
  }

  public void theSecretMayStandInAFile() throws IOException {
    Problems problems = new Problems();
    Path file = Files.createTempFile("secret", ".txt");
    Files.writeString(file, SECRET + "\n");
    JwtConfig config = read(Map.of("auth.jwt.secret_file", file.toString()), problems);
    Files.delete(file);
    assertThat(config.secrets()).containsExactly(Secret.of(SECRET));
    assertThat(problems.isEmpty()).isTrue();
  }

  @DataProvider
  Object[][] refused() {
    return new Object[][] {
      {"auth.jwt.secret", "0123456789abcdef0123456789abcde", "***", "at least 32 bytes"},
      {"auth.jwt.secret", "", "***", "at least 32 bytes"},
      {
        "auth.jwt.secret_file",
        "/missing",
        "/missing",
        "a readable text file with at least 32 bytes"
      },
      {
        "auth.jwt.issuer",
        "me",
        "me",
        "auth.jwt.secret or auth.jwt.secret_file beside it, or public keys, to verify tokens"
      },
      {
        "auth.jwt.audience",
        "me",
        "me",
        "auth.jwt.secret or auth.jwt.secret_file beside it, or public keys, to verify tokens"
      },
      {
        "auth.jwt.leeway",
        "1s",
        "1s",
        "auth.jwt.secret or auth.jwt.secret_file beside it, or public keys, to verify tokens"
      },
    };
  }

  @Test(dataProvider = "refused")
  public void validations(String key, String text, String shown, String expected) {
    Problems problems = new Problems();
    read(Map.of(key, text), problems);
    assertThat(problems.lines())
        .containsExactly(
            "%s: %s (expected: %s; set on the command line)".formatted(key, shown, expected));
  }

  @DataProvider
  Object[][] someOfTokens() {
    return new Object[][] {
      {Map.of(), false},
      {Map.of("auth.jwks.refresh", "1h"), false},
      {Map.of("auth.jwt.secret", SECRET), true},
      {Map.of("auth.jwt.secret", "too short"), true},
      {Map.of("auth.jwt.leeway", "1s"), true},
      {Map.of("issuers.a.secret", SECRET), true},
      {Map.of("issuers.a.tenants", "acme"), true},
    };
  }

  /** Without any, the gateway is in development mode. */
  @Test(dataProvider = "someOfTokens")
  public void itTellsWhetherTokensAreSet(Map<String, String> texts, boolean isSet) {
    AtomicBoolean found = new AtomicBoolean();
    Settings.read(
        settings -> {
          found.set(JwtConfig.isSet(settings));
          VerificationConfig.read(settings);
          return JwtConfig.read(settings);
        },
        texts,
        new Problems());
    assertThat(found.get()).isEqualTo(isSet);
  }

  public void twoSecretsAreOneTooMany() {
    Problems problems = new Problems();
    read(Map.of("auth.jwt.secret", SECRET, "auth.jwt.secret_file", "/dev/null"), problems);
    assertThat(problems.lines())
        .contains(
            "auth.jwt.secret_file: /dev/null (expected: auth.jwt.secret or auth.jwt.secret_file,"
                + " not both; set on the command line)");
  }

  public void theSecretIsNotInItsText() {
    JwtConfig config = read(Map.of("auth.jwt.secret", SECRET), new Problems());
    assertThat(config.toString()).doesNotContain(SECRET).contains("***");
  }
}
