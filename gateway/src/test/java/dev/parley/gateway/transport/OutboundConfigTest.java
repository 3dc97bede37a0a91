package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.limit.ByteAccount;
import java.util.Map;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class OutboundConfigTest {

  private static final int MIB = 1 << 20;

  private final Problems problems = new Problems();

  private static OutboundConfig read(Map<String, String> values, Problems problems) {
    return Settings.read(OutboundConfig::read, values, problems);
  }

  public void defaults() {
    assertThat(read(Map.of(), problems)).isEqualTo(new OutboundConfig(256 * MIB, 128 * MIB));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void fullMapping() {
    Map<String, String> values =
        Map.of("limits.outbound_memory", "4MiB", "limits.tenant_outbound_memory", "2MiB");
    assertThat(read(values, problems)).isEqualTo(new OutboundConfig(4 * MIB, 2 * MIB));
    assertThat(problems.isEmpty()).isTrue();
  }

  public void validations() {
    Problems found = new Problems();
    var ignored =
        read(
            Map.of("limits.outbound_memory", "1023KiB", "limits.tenant_outbound_memory", "2GiB"),
            found);
    assertThat(found.lines())
        .containsExactly(
            "limits.outbound_memory: 1023KiB (expected: a size from 1MiB to 2047MiB, in bytes, KiB,"
                + " MiB or GiB; set on the command line)",
            "limits.tenant_outbound_memory: 2GiB (expected: a size from 1MiB to 2047MiB, in bytes,"
                + " KiB, MiB or GiB; set on the command line)");
  }

  public void theBoundsAreThoseOfTheAccounts() {
    ByteAccount all = new OutboundConfig(3, 2).account();
    ByteAccount ada = all.open("acme", "ada", "c_1");
    ByteAccount bob = all.open("other", "bob", "c_2");
    ada.add(2);
    assertThat(ada.isFull()).isTrue();
    assertThat(bob.isFull()).isFalse();
    bob.add(1);
    assertThat(bob.isFull()).isTrue();
  }
}
