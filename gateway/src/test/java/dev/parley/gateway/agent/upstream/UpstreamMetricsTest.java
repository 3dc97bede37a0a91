package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.LatencySnapshot;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

/** Requests to a service are measured and counted. */
@Test(groups = "unit")
public class UpstreamMetricsTest {

  public void aRequestIsMeasuredUntilTheHeadOfItsAnswer() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch later = new CountDownLatch(1);
    try (TestClient client = new TestClient();
        ScriptedService service =
            ScriptedService.of(
                dialogue -> {
                  dialogue.readRequest();
                  asked.countDown();
                  later.await();
                  dialogue.send("HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n");
                })) {
      var stream = client.stream(service);
      asked.await();
      client.time.pass(Duration.ofSeconds(3));
      later.countDown();
      Collector.failure(stream);
      LatencySnapshot measured = client.metrics.latencies().firstByte("x").snapshot();
      assertThat(measured.count()).isEqualTo(1);
      assertThat(measured.sumNanos()).isEqualTo(TimeUnit.SECONDS.toNanos(3));
    }
  }

  public void requestsFailuresAndASparedServiceAreCounted() {
    try (TestClient client = new TestClient()) {
      client.configure("retries", "0");
      for (int i = 0; i < 6; i++) {
        ScriptedService service = ScriptedService.answering("HTTP/1.1 500 x\r\n\r\n");
        try (service) {
          Collector.failure(client.stream(service));
        }
      }
      assertThat(client.metrics.count("parley_upstream_requests_total", "service", "x"))
          .isEqualTo(5);
      assertThat(client.metrics.count("parley_upstream_failures_total", "code", "upstream_error"))
          .isEqualTo(5);
      assertThat(
              client.metrics.count(
                  "parley_upstream_failures_total", "code", "upstream_unreachable"))
          .isEqualTo(1);
      assertThat(client.metrics.figure("parley_upstream_circuit_open")).isEqualTo(1);
      assertThat(client.metrics.figure("parley_upstream_places")).isPositive();
      assertThat(client.metrics.figure("parley_upstream_waiting")).isZero();
    }
  }
}
