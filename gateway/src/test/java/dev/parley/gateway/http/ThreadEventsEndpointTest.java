package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.http.Exchange.Answer;
import dev.parley.gateway.limit.ByteAccount;
import dev.parley.gateway.limit.PageBudget;
import dev.parley.gateway.log.memory.MemoryLog;
import dev.parley.gateway.protocol.IdSource;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.UserId;
import io.netty.handler.codec.http.FullHttpRequest;
import java.time.Clock;
import java.time.Instant;
import java.util.Set;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ThreadEventsEndpointTest {

  private final PageBudget pages = new PageBudget(1 << 20);
  private MemoryLog log;
  private Exchange exchange;

  @BeforeMethod(alwaysRun = true)
  public void build() {
    log = new MemoryLog(Clock.systemUTC(), IdSource.random());
    ThreadEventsEndpoint.PageSource source =
        new ThreadEventsEndpoint.PageSource(log, pages, new ByteAccount());
    exchange = Exchange.ready(ThreadEventsEndpointTest::verify, new ThreadEventsEndpoint(source));
  }

  @AfterMethod(alwaysRun = true)
  public void close() {
    log.close();
  }

  private static Principal verify(String token) {
    return new Principal(new UserId("default", token), "early", Set.of(Scope.CHAT), Instant.MAX);
  }

  private Answer events() {
    FullHttpRequest request = Exchange.request("GET", "/v1/threads/t1/events", "");
    request.headers().set("authorization", "Bearer ada");
    return exchange.send(request);
  }

  public void everyFailedPageReleasesItsPlace() {
    log.close();
    for (int i = 0; i < 20; i++) {
      assertThat(events().status()).isEqualTo(503);
    }
    assertThat(events().body()).contains("The log does not answer");
    assertThat(pages.held()).isZero();
  }
}
