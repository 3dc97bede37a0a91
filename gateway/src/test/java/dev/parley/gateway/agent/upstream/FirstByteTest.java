package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.LatencySnapshot;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.Test;

/** The time to the head of an answer is measured for each request, in the time of the client. */
@Test(groups = "unit")
public class FirstByteTest {

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
}
