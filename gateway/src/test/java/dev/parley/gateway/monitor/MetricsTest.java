package dev.parley.gateway.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.limit.ByteAccount;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class MetricsTest {

  private final Metrics metrics = new Metrics();

  public void aFigureIsWhatItsSupplierSaysNow() {
    long[] held = {3};
    metrics.gauge("parley_page_bytes", "Bytes of pages.", () -> held[0]);
    held[0] = 4;
    assertThat(metrics.figure("parley_page_bytes")).isEqualTo(4);
    assertThat(metrics.snapshot()).containsEntry("parley_page_bytes", 4L);
    assertThat(metrics.figure("unknown")).isZero();
  }

  public void bytesThatWaitForSocketsAreAFigure() {
    ByteAccount account = metrics.outbound().open("acme", "ada", "c_1");
    account.add(8);
    account.add(-6);
    assertThat(metrics.figure("parley_outbound_bytes")).isEqualTo(2);
    assertThat(metrics.figure("parley_outbound_highest_bytes")).isEqualTo(8);
    account.close();
    assertThat(metrics.figure("parley_outbound_bytes")).isZero();
  }

  public void namesThatTheSettingsDoNotHaveAreNoLabels() {
    Metrics named =
        new Metrics(
            new ByteAccount(),
            new ByteAccount(),
            new MetricLabels(Set.of("free", "early"), "early", Set.of("builtin")));
    named.connectionOpened("free");
    named.connectionOpened("platinum");
    named.connectionClosed("platinum", "NOT_READING");
    named.runStarted("builtin");
    named.runStarted("removed");
    named.runEnded("removed", "failed");
    assertThat(named.count("parley_connections_opened_total", "tier", "early")).isEqualTo(1);
    assertThat(named.count("parley_connections_opened_total", "tier", "free")).isEqualTo(1);
    assertThat(named.count("parley_connections_closed_total", "reason", "not_reading"))
        .isEqualTo(1);
    assertThat(named.openConnections()).isEqualTo(1);
    assertThat(named.count("parley_runs_ended_total", "agent", "other")).isEqualTo(1);
    assertThat(named.openRuns()).isEqualTo(1);
  }
}
