package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.testng.annotations.Test;

/** Kills the process with SIGKILL while a user is erased: nothing is done by half. */
@Test(groups = {"error_recovery", "multi_user"})
public class KilledErasureTest extends KilledCall {

  private static final int LINES = 60;
  private static final Map<String, String> SETTINGS =
      Map.of("dev.admin", "true", "agents.builtin.pace", "10ms", "limits.burst", "1000");

  public KilledErasureTest() {
    super(SETTINGS, "users.erase");
  }

  private CompletableFuture<Void> erase() {
    HttpCaller admin = admin();
    return Parallel.run(() -> admin.post("/v1/users/erase", Json.object().put("user_id", "ada")));
  }

  private void await(Seen seen, WsClient client, CompletableFuture<Void> answer) {
    switch (seen) {
      case RECORD -> awaitRecord();
      case CLOSE -> client.awaitClose();
      case ANSWER -> answer.join();
    }
  }

  @Test(dataProvider = "moments")
  public void theUserIsThereAsBeforeOrIsErased(Seen seen) {
    WsClient client = WsClient.open(child.address(), ada);
    for (int i = 0; i < LINES; i++) {
      client.ask(Commands.chat("c" + i, "t" + i % 3, "line " + i));
    }
    String run = client.say("run", "count slowly to 200").runId();
    client.await("agent_message");
    CompletableFuture<Void> answer = erase();
    await(seen, client, answer);
    child.kill();
    client.drop();
    child = child.restart(SETTINGS);
    boolean isErased = outcome().equals("done");
    assertThat(isErased || seen != Seen.ANSWER).isTrue();
    assertThat(outcome()).isIn("", "begun", "done");
    WsClient after = WsClient.open(child.address(), ada);
    int kept = 0;
    for (int i = 0; i < 3; i++) {
      kept += after.readAll("t" + i).events().size();
    }
    ThreadReader counted = after.readAll("run");
    assertThat(kept).isEqualTo(isErased ? 0 : LINES);
    assertThat(counted.events().isEmpty()).isEqualTo(isErased);
    assertThat(counted.hasEnded(run)).isEqualTo(!isErased);
    erase().join();
    assertThat(outcome()).isEqualTo("done");
    assertThat(after.awaitClose().code()).isEqualTo(4403);
    WsClient back = WsClient.open(child.address(), ada);
    assertThat(back.readAll("t0").events()).isEmpty();
    assertThat(back.readAll("run").events()).isEmpty();
    back.close();
  }
}
