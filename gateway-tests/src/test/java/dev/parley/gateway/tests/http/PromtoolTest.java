package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Exposition;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Promtool;
import dev.parley.gateway.tests.support.WsClient;
import org.testng.annotations.Test;

/** Prometheus' own program finds nothing wrong with {@code /metrics}. */
@Test(groups = {"performance", "external", "promtool"})
public class PromtoolTest extends GatewayTest {

  public void acceptsTheFigures() {
    WsClient client = connect(ada);
    client.sendValid(Commands.startAgent("c1", "t", "what is 12*3?"));
    client.await("agent_completed");
    http(bob).get("/v1/threads");
    String metrics = Exposition.get(gateway, "text/plain").body();
    assertThat(metrics).contains("parley_run_seconds_bucket", "parley_http_answers_total");
    assertThat(Promtool.check(metrics)).isEmpty();
  }

  public void seesWhatIsWrong() {
    assertThat(Promtool.check("# TYPE a counter\na 1\n")).contains("counter metrics should have");
    assertThat(Promtool.check("a{b=1} 1\n")).contains("exit code");
  }
}
