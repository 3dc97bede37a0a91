package dev.parley.gateway.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ByteAccount;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class MetricsTest {

  private final Metrics metrics = new Metrics();

  public void aFigureIsWhatItsSupplierSaysNow() {
    long[] held = {3};
    metrics.gauge("page_bytes", () -> held[0]);
    held[0] = 4;
    assertThat(metrics.figure("page_bytes")).isEqualTo(4);
    assertThat(metrics.snapshot()).containsEntry("page_bytes", 4L);
    assertThat(metrics.figure("unknown")).isZero();
  }

  public void bytesThatWaitForSocketsAreAFigure() {
    ByteAccount account = metrics.outbound().open("acme", "ada", "c_1");
    account.add(8);
    account.add(-6);
    assertThat(metrics.figure("outbound_bytes")).isEqualTo(2);
    assertThat(metrics.figure("outbound_bytes_highest")).isEqualTo(8);
    account.close();
    assertThat(metrics.figure("outbound_bytes")).isZero();
  }
}
