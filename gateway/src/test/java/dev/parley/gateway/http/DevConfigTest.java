package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class DevConfigTest {

  private static DevConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(DevConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems)).isEqualTo(new DevConfig(false));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    assertThat(read(Map.of("dev.admin", "true"), problems)).isEqualTo(new DevConfig(true));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    read(Map.of("dev.admin", "1"), problems);
    assertThat(problems.lines())
        .containsExactly("dev.admin: 1 (expected: true or false; set on the command line)");
  }
}
