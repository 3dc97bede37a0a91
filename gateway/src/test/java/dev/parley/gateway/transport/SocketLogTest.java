package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.transport.SocketLog.Fact;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SocketLogTest {

  public void aFactIsSaidOnceInTenSecondsWithHowOftenItWas() {
    AtomicLong now = new AtomicLong(-5);
    SocketLog log = new SocketLog(now::get, new Metrics());
    assertThat(log.line(Fact.ALL_FULL, "address 192.0.2.1"))
        .hasValueSatisfying(
            line ->
                assertThat(line)
                    .startsWith("limits.connections: ")
                    .endsWith("(address 192.0.2.1; 1 since the last such line)"));
    assertThat(log.line(Fact.ALL_FULL, "")).isEmpty();
    assertThat(log.line(Fact.NO_PROXY, "")).isPresent();
    now.addAndGet(TimeUnit.SECONDS.toNanos(10));
    assertThat(log.line(Fact.ALL_FULL, "x"))
        .hasValueSatisfying(line -> assertThat(line).endsWith("(x; 2 since the last such line)"));
  }
}
