package dev.parley.gateway.tests.upstream;

import static dev.parley.gateway.tests.upstream.PushBackEnd.add;
import static dev.parley.gateway.tests.upstream.PushBackEnd.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import dev.parley.gateway.tests.upstream.PushBackEnd.Hook;
import java.util.HashMap;
import java.util.Map;
import org.testng.annotations.AfterClass;
import org.testng.annotations.Test;

/** A back end that takes the hook and then says nothing more, or never takes it. */
@Test(groups = "error_recovery")
public class SilentBackEndTest extends GatewayTest {
  private final PushBackEnd backEnd = PushBackEnd.start();

  @Override
  protected Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>();
    backEnd.put(settings, "pushed");
    settings.put("runs.first_timeout", "2s");
    settings.put("runs.idle_timeout", "1s");
    return settings;
  }

  @AfterClass(alwaysRun = true)
  public void stopBackEnd() {
    backEnd.close();
  }

  public void aSilentRunEndsAndTheBackEndLearnsIt() {
    WsClient client = connect(ada);
    String run = client.ask(Commands.startAgent("c1", "t1", "pushed", "hello")).runId();
    Hook hook = backEnd.hook();
    assertThat(add(gateway.address(), hook, 0, said("so far")).status()).isEqualTo(200);
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_failed");
    assertThat(end.text("code")).isEqualTo("upstream_timeout");
    assertThat(end.text("partial_text")).isEqualTo("so far");
    Hook told = backEnd.hook();
    assertThat(told.type()).isEqualTo("run.cancelled");
    assertThat(told.run()).isEqualTo(run);
    HttpAnswer late = add(gateway.address(), hook, 1, said("more"));
    assertThat(late.status()).isEqualTo(410);
    assertThat(late.text("detail")).contains("(failed)");
  }

  public void aHookThatNobodyTakesEndsTheRun() {
    backEnd.answerWith(503, 503, 503, 503, 503, 503, 503, 503, 503, 503, 200);
    WsClient client = connect(ada);
    String run = client.ask(Commands.startAgent("c1", "t1", "pushed", "hello")).runId();
    assertThat(client.awaitEnd(run).text("code")).isEqualTo("upstream_timeout");
    Hook last = backEnd.hook();
    while (last.type().equals("run.started")) {
      assertThat(last.run()).isEqualTo(run);
      last = backEnd.hook();
    }
    assertThat(last.type()).isEqualTo("run.cancelled");
    assertThat(last.run()).isEqualTo(run);
  }
}
