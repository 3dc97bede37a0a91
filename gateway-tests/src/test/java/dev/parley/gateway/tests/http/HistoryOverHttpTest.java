package dev.parley.gateway.tests.http;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.WsClient;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** What an operator sees of the last hours is what {@code /metrics} said then. */
@Test(groups = {"performance", "security"})
public class HistoryOverHttpTest extends GatewayTest {

  @Override
  protected Map<String, String> settings() {
    return Map.of("alerts.disk", "0.001", "store.type", "embedded", "limits.burst", "1000");
  }

  private HttpCaller operator() {
    return new HttpCaller(gateway.address(), gateway.tokens().withScope("root", "operator"));
  }

  private static double sum(JsonNode numbers) {
    return numbers.valueStream().mapToDouble(JsonNode::asDouble).sum();
  }

  private static double last(JsonNode history, String series) {
    JsonNode numbers = history.path("series").path(series);
    return numbers.get(numbers.size() - 1).asDouble();
  }

  public void theHistoryEqualsTheMetrics() {
    WsClient client = connect(ada);
    for (int i = 0; i < 20; i++) {
      client.ask(Commands.chat("c" + i, "t1", "hello"));
    }
    client.runToEnd("t2", "hello");
    gateway.awaitCount(1, "parley_runs_ended_total");
    await()
        .untilAsserted(
            () -> {
              JsonNode history = operator().get("/v1/history").json();
              Exposition seen = Exposition.of(gateway);
              for (String stage : List.of("handshake", "accept", "first_event", "run", "resume")) {
                double count = seen.sum("parley_" + stage + "_seconds_count");
                assertThat(sum(history.path("latencies").path(stage).path("count")))
                    .as(stage)
                    .isEqualTo(count);
              }
              assertThat(last(history, "connections"))
                  .isEqualTo(seen.sum("parley_connections"))
                  .isOne();
              assertThat(last(history, "users")).isEqualTo(seen.sum("parley_users"));
              assertThat(last(history, "runs")).isZero();
              assertThat(last(history, "disk_free_bytes")).isGreaterThan(1 << 20);
              assertThat(last(history, "loop_delay_ms")).isPositive();
              assertThat(sum(history.path("series").path("commands_per_second"))).isPositive();
            });
  }

  public void allArraysHaveOneNumberForEachStep() {
    await()
        .untilAsserted(
            () -> assertThat(operator().get("/v1/history").json().path("times")).isNotEmpty());
    JsonNode history = operator().get("/v1/history?hours=1").json();
    assertThat(history.path("step_ms").asInt()).isEqualTo(5_000);
    int steps = history.path("times").size();
    assertThat(history.path("series")).allMatch(numbers -> numbers.size() == steps);
    assertThat(history.path("latencies"))
        .allMatch(stage -> stage.valueStream().allMatch(numbers -> numbers.size() == steps));
    Instant newest = Instant.ofEpochMilli(history.path("times").get(steps - 1).asLong());
    assertThat(newest).isBetween(Instant.now().minusSeconds(60), Instant.now());
    HttpAnswer day = operator().get("/v1/history?hours=24");
    assertThat(day.json().path("step_ms").asInt()).isEqualTo(60_000);
    assertThat(day.header("cache-control")).isEqualTo("no-store");
  }

  public void anAlertIsListedWhileItFires() {
    await()
        .untilAsserted(
            () -> {
              JsonNode alerts = operator().get("/v1/alerts").json();
              assertThat(alerts.path("firing")).hasSize(1);
              JsonNode disk = alerts.path("firing").get(0);
              assertThat(disk.path("alert").asText()).isEqualTo("disk");
              assertThat(disk.path("value").asDouble())
                  .isGreaterThan(disk.path("limit").asDouble());
              assertThat(alerts.path("recent")).hasSize(1);
              assertThat(alerts.path("recent").get(0).path("fired_at"))
                  .isEqualTo(disk.path("fired_at"));
            });
    assertThat(Exposition.of(gateway).sum("parley_alert_firing")).isOne();
  }

  @DataProvider
  public Object[][] calls() {
    return new Object[][] {{"/v1/history"}, {"/v1/alerts"}};
  }

  @Test(dataProvider = "calls")
  public void onlyAnOperatorMayAsk(String path) {
    assertThat(new HttpCaller(gateway.address(), "").get(path).status()).isEqualTo(401);
    assertThat(http(ada).get(path).status()).isEqualTo(403);
    String admin = gateway.tokens().withScope(ada, "admin");
    assertThat(new HttpCaller(gateway.address(), admin).get(path).status()).isEqualTo(403);
    HttpAnswer unknown = operator().get(path + "?user=x");
    assertThat(unknown.status()).isEqualTo(400);
    assertThat(unknown.text("detail")).contains("user");
  }

  public void anotherSpanIsRefusedByName() {
    HttpAnswer answer = operator().get("/v1/history?hours=12");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text("detail")).isEqualTo("hours: 12 (expected: 1 or 24)");
  }
}
