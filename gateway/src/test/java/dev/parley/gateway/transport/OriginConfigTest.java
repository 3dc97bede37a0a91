package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class OriginConfigTest {

  private static OriginConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(OriginConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems).allowed()).isEmpty();
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    String[] origins = {
      "https://chat.example.com",
      "http://localhost:3000",
      "https://[::1]:8443",
      "http://a.example:443",
      "chrome-extension://abcdefgh",
      "https://xn--bcher-kva.example"
    };
    OriginConfig config = read(Map.of("origins.allowed", String.join(", ", origins)), problems);
    assertThat(config.allowed()).containsExactlyInAnyOrder(origins);
    assertThat(problems.lines()).isEmpty();
  }

  @DataProvider
  Object[][] refused() {
    String form = "scheme://host[:port] in lower case, without a path";
    String pattern = "each origin by name; a pattern would also admit unknown pages";
    return new Object[][] {
      {"*", pattern},
      {"https://*.example.com", pattern},
      {"null", "a named origin; any sandboxed page can send null"},
      {"chat.example.com", form},
      {"https://", form},
      {"file:///", form},
      {"https://a.example/path", form},
      {"https://a.example?x", form},
      {"https://user@a.example", form},
      {"https://a.example:0", form},
      {"https://a.example:65536", form},
      {"https://bücher.example", form},
      {"https://a.example/", "https://a.example, as browsers send it"},
      {"HTTPS://A.example", "https://a.example, as browsers send it"},
      {"https://a.example:443", "https://a.example, as browsers send it"},
      {"http://a.example:080", "http://a.example, as browsers send it"},
    };
  }

  @Test(dataProvider = "refused")
  public void validations(String origin, String expected) {
    Problems problems = new Problems();
    read(Map.of("origins.allowed", "https://good.example," + origin), problems);
    assertThat(problems.lines())
        .containsExactly("origins.allowed: " + origin + " (expected: " + expected + ")");
  }
}
