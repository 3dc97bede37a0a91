package dev.parley.gateway.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Which key sets an issuer may have. */
@Test(groups = "unit")
public class JwksSettingsTest {

  private static final String HERE = "https://keys.example/jwks?key=hush";

  private static Map<String, String> settings(String url, String... more) {
    Map<String, String> settings = new HashMap<>();
    settings.put("auth.jwt.issuer", "https://id.example");
    settings.put("auth.jwt.jwks_url", url);
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  @DataProvider
  public Object[] urls() {
    return new Object[] {
      HERE,
      "HTTPS://keys.example:8443/",
      "http://localhost:4711/jwks",
      "http://127.0.0.1/jwks",
      "http://[::1]:4711/jwks",
    };
  }

  @Test(dataProvider = "urls")
  public void aKeySetComesOverTlsOrFromThisMachine(String url) {
    Problems problems = new Problems();
    JwtConfig config = Settings.read(JwtConfig::read, settings(url), problems);
    assertThat(problems.lines()).isEmpty();
    JwksLocation location = (JwksLocation) config.issuers().get(0).keys();
    assertThat(location.url()).hasToString(url);
    assertThat(location)
        .hasToString(
            "JwksLocation[auth.jwt, %s, [RS256, ES256, ES384, ES512]]", location.url().getHost());
  }

  public void aKeySetHasTheNameOfItsIssuer() {
    Problems problems = new Problems();
    Map<String, String> settings =
        Map.of(
            "issuers.shop.issuer", "https://shop",
            "issuers.shop.jwks_url", HERE,
            "issuers.shop.tenants", "*",
            "issuers.shop.scopes", "chat");
    JwtConfig config = Settings.read(JwtConfig::read, settings, problems);
    assertThat(problems.lines()).isEmpty();
    JwksLocation location = (JwksLocation) config.issuers().get(0).keys();
    assertThat(location.name()).isEqualTo("issuers.shop");
  }

  /** Otherwise an attacker on the network could replace the keys. */
  @DataProvider
  public Object[] otherUrls() {
    return new Object[] {
      "http://keys.example/jwks",
      "http://localhost.example/jwks",
      "http://127.0.0.1.example/jwks",
      "http://keys.example/localhost",
      "http://10.0.0.1/jwks",
      "https://me@keys.example/jwks",
      "https://keys.example/jwks#a",
      "ftp://keys.example/jwks",
      "file:///etc/keys.json",
      "keys.example/jwks",
    };
  }

  @Test(dataProvider = "otherUrls")
  public void anotherUrlIsRefused(String url) {
    WrongSettings.checkNamed(
        settings(url),
        List.of("auth.jwt.jwks_url: " + url + " (expected: an https:// URL without user and"));
  }

  public void itIsBesideNoOtherKeys() {
    WrongSettings.checkNamed(
        settings(HERE, "auth.jwt.secret", Forge.KEY),
        List.of("auth.jwt.jwks_url: " + HERE + " (expected: one of a secret, public keys and"),
        Forge.KEY);
  }

  public void itsIssuerIsNamed() {
    Map<String, String> settings = settings(HERE);
    settings.remove("auth.jwt.issuer");
    WrongSettings.checkNamed(
        settings, List.of("auth.jwt.issuer: not set (expected: the value of iss in the tokens"));
  }
}
