package dev.parley.gateway.tests.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The reader of {@code /metrics} takes what is right, and nothing else. */
@Test(groups = "unit")
public class ExpositionTest {
  private static final String HEAD = "# HELP a_total Text.\n# TYPE a_total counter\n";
  private static final String BUCKETS = "# HELP h_seconds Text.\n# TYPE h_seconds histogram\n";

  public void readsValuesAndLabels() {
    Exposition read =
        Exposition.parse(
            HEAD
                + "a_total{x=\"1\",y=\"a \\\"b\\\" {}, \\\\\"} 2.0\n"
                + "a_total{x=\"2\",y=\"\"} 3e0\n"
                + BUCKETS
                + "h_seconds_bucket{le=\"0.5\"} 1\n"
                + "h_seconds_bucket{le=\"+Inf\"} 2\n"
                + "h_seconds_sum 0.75\n"
                + "h_seconds_count 2\n");
    assertThat(read.sum("a_total")).isEqualTo(5);
    assertThat(read.sum("a_total", "x", "2")).isEqualTo(3);
    assertThat(read.sum("h_seconds_count")).isEqualTo(2);
    assertThat(read.labelValues()).contains("1", "2", "+Inf");
    assertThat(read.size("")).isEqualTo(6);
    assertThat(read.size("a_")).isEqualTo(2);
  }

  @DataProvider
  public Object[][] wrong() {
    return new Object[][] {
      {HEAD + "a_total 1"},
      {"a_total 1\n"},
      {"# TYPE a_total counter\na_total 1\n"},
      {HEAD + "b_total 1\n"},
      {HEAD + "a_total one\n"},
      {HEAD + "a_total -1\n"},
      {HEAD + "a_total{x=1} 1\n"},
      {HEAD + "a_total{x=\"1\" y=\"2\"} 1\n"},
      {HEAD + "a_total{x=\"1\",x=\"2\"} 1\n"},
      {HEAD + "a_total{x=\"\\t\"} 1\n"},
      {HEAD + "a_total 1\na_total 1\n"},
      {HEAD + "a_total 1\n" + HEAD},
      {"# HELP a Text.\n# TYPE a counter\na 1\n"},
      {BUCKETS + "h_seconds_bucket{le=\"1\"} 1\nh_seconds_count 1\n"},
      {
        BUCKETS
            + "h_seconds_bucket{le=\"1\"} 2\nh_seconds_bucket{le=\"+Inf\"} 1\nh_seconds_count 1\n"
      },
      {BUCKETS + "h_seconds_bucket{le=\"+Inf\"} 1\nh_seconds_count 2\n"},
      {BUCKETS + "h_seconds_bucket{le=\"+Inf\"} 1\n"},
    };
  }

  @Test(dataProvider = "wrong")
  public void failsAtAnythingElse(String text) {
    assertThatThrownBy(() -> Exposition.parse(text)).isInstanceOf(AssertionError.class);
  }
}
