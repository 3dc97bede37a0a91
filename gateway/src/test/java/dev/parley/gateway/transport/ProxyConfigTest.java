package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.RefusedSetting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.transport.ProxyConfig.Protocol;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ProxyConfigTest {

  private static ProxyConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(ProxyConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems))
        .isEqualTo(
            new ProxyConfig(new TrustedProxies(List.of()), Protocol.OFF, Duration.ofSeconds(75)));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    ProxyConfig config =
        read(
            Map.of(
                "server.trusted_proxies", "10.0.0.0/8,::1",
                "server.proxy_protocol", "required",
                "server.keep_alive", "2m"),
            problems);
    assertThat(problems.isEmpty()).isTrue();
    assertThat(config.trusted().networks()).hasSize(2);
    assertThat(config.requiresHeader()).isTrue();
    assertThat(config.keepAlive()).isEqualTo(Duration.ofMinutes(2));
  }

  @DataProvider
  public Object[][] refused() {
    return new Object[][] {
      {"server.trusted_proxies", "localhost"},
      {"server.trusted_proxies", "10.0.0.0/33"},
      {"server.trusted_proxies", "10.0.0/8"},
      {"server.trusted_proxies", "::1/129"},
      {"server.trusted_proxies", "10.0.0.0/8,"},
      {"server.trusted_proxies", "*"},
      {"server.proxy_protocol", "on"},
      {"server.proxy_protocol", "required"},
      {"server.keep_alive", "0s"},
    };
  }

  @Test(dataProvider = "refused")
  public void validations(String key, String text) {
    RefusedSetting.check(ProxyConfig::read, key, text);
  }
}
