package dev.parley.gateway.user.read;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ReadConfigTest {

  private static final int MIB = 1 << 20;

  private final Problems problems = new Problems();

  private static ReadConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(ReadConfig::read, values, problems);
  }

  public void defaults() {
    assertThat(read(Map.of(), problems)).isEqualTo(new ReadConfig(64 * MIB, 32 * MIB));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Map<String, String> values =
        Map.of("limits.page_memory", "2MiB", "limits.recent_memory", "3MiB");
    assertThat(read(values, problems)).isEqualTo(new ReadConfig(2 * MIB, 3 * MIB));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems found = new Problems();
    var ignored =
        read(Map.of("limits.page_memory", "1023KiB", "limits.recent_memory", "2GiB"), found);
    assertThat(found.lines())
        .containsExactly(
            "limits.page_memory: 1023KiB (expected: a size from 1MiB to 1GiB, in bytes, KiB, MiB or"
                + " GiB; set on the command line)",
            "limits.recent_memory: 2GiB (expected: a size from 1MiB to 1GiB, in bytes, KiB, MiB or"
                + " GiB; set on the command line)");
  }
}
