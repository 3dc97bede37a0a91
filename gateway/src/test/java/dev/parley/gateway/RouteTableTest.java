package dev.parley.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.http.Endpoint;
import dev.parley.gateway.http.HealthEndpoint;
import dev.parley.gateway.http.ReadinessEndpoint;
import dev.parley.gateway.monitor.Phases;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.RecordingSubscriber;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** What is served before the store is open, and after. */
@Test(groups = "unit")
public class RouteTableTest {

  private final Principal ada =
      new Principal(new UserId("default", "ada"), "mid", Set.of(), Instant.MAX);
  private RouteTable table = new RouteTable(served(List.of()));

  private static Endpoints.Served served(List<Endpoint> of) {
    return new Endpoints.Served(of, of);
  }

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    table = new RouteTable(served(List.of(new HealthEndpoint())));
  }

  public void itBeginsWithTheFirstEndpointsAndWithoutConnections() {
    assertThat(table.paths().find("/healthz")).isPresent();
    assertThat(table.paths().find("/readyz")).isEmpty();
    assertThatThrownBy(() -> table.open(ada, new RecordingSubscriber("c_1")))
        .isInstanceOf(IllegalStateException.class);
  }

  public void endpointsAndConnectionsAreReplacedTogether() {
    List<Principal> opened = new ArrayList<>();
    List<Principal> callers = new ArrayList<>();
    table.called(ada);
    table.replace(
        served(List.of(new ReadinessEndpoint(new Phases(() -> 0L)))),
        (principal, subscriber) -> {
          opened.add(principal);
          throw new UnsupportedOperationException("no route in this test");
        },
        callers::add);
    assertThat(table.paths().find("/healthz")).isEmpty();
    assertThat(table.paths().find("/readyz")).isPresent();
    assertThatThrownBy(() -> table.open(ada, new RecordingSubscriber("c_1")))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(opened).containsExactly(ada);
    assertThat(callers).as("not before").isEmpty();
    table.called(ada);
    assertThat(callers).containsExactly(ada);
  }
}
