package dev.parley.gateway.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

@Test(groups = "unit")
public class CounterFamilyTest {

  private final Meters meters = new Meters();

  public void eachValueIsASeries() {
    CounterFamily closed = meters.counters("parley_closed_total", "Closed.", "reason");
    closed.increment("peer");
    closed.increment("lost");
    closed.increment("peer");
    assertThat(meters.count("parley_closed_total", "reason", "peer")).isEqualTo(2);
    assertThat(meters.count("parley_closed_total")).isEqualTo(3);
    assertThat(meters.count("parley_closed_total", "reason", "unknown")).isZero();
  }

  public void twoLabelsAreCountedTogether() {
    CounterFamily ended = meters.counters("parley_ended_total", "Ended.", "agent", "state");
    ended.increment("a", "completed");
    ended.increment("a", "failed");
    ended.increment("b", "failed");
    assertThat(meters.count("parley_ended_total", "state", "failed")).isEqualTo(2);
    assertThat(meters.count("parley_ended_total", "agent", "a", "state", "failed")).isEqualTo(1);
  }

  public void beyondABoundAllValuesAreOneSeries() {
    CounterFamily many = meters.counters("parley_many_total", "Many.", "reason");
    int values = CounterFamily.MAX_SERIES + 50;
    for (int i = 0; i < values; i++) {
      many.increment("r" + i);
    }
    assertThat(meters.registry().find("parley_many_total").counters())
        .hasSize(CounterFamily.MAX_SERIES + 1);
    assertThat(meters.count("parley_many_total", "reason", MetricLabels.OTHER)).isEqualTo(50);
    assertThat(meters.count("parley_many_total")).isEqualTo(values);
  }
}
