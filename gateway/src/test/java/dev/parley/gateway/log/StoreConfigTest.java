package dev.parley.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import java.nio.file.Path;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class StoreConfigTest {

  private static StoreConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(StoreConfig::read, values, problems);
  }

  public void defaults() {
    Problems problems = new Problems();
    assertThat(read(Map.of(), problems))
        .isEqualTo(
            new StoreConfig(StoreConfig.Type.EMBEDDED, Path.of("./data"), 192L << 20, 1L << 30));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Problems problems = new Problems();
    assertThat(
            read(
                Map.of(
                    "store.type", "memory",
                    "store.path", "/srv/parley",
                    "store.memory", "64MiB",
                    "store.min_free", "1MiB"),
                problems))
        .isEqualTo(
            new StoreConfig(StoreConfig.Type.MEMORY, Path.of("/srv/parley"), 64L << 20, 1L << 20));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems problems = new Problems();
    read(
        Map.of(
            "store.type", "disk",
            "store.path", "",
            "store.memory", "1MiB",
            "store.min_free", "much"),
        problems);
    assertThat(problems.lines())
        .containsExactly(
            "store.type: disk (expected: embedded or memory; set on the command line)",
            "store.path:  (expected: a path in the file system; set on the command line)",
            "store.memory: 1MiB (expected: a size from 32MiB to 2047MiB, in bytes, KiB, MiB or GiB;"
                + " set on the command line)",
            "store.min_free: much (expected: a size from 0 to 2047MiB, in bytes, KiB, MiB or GiB;"
                + " set on the command line)");
  }
}
