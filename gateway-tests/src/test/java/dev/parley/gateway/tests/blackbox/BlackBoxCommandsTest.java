package dev.parley.gateway.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.BadFrames;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.testng.annotations.Test;

/** Commands are done once, in order, or refused with their field. */
@Test(groups = {"chat_events", "websocket", "black_box"})
public class BlackBoxCommandsTest extends BlackBoxTest {

  public void linesAreStoredInTheOrderSentAndReadBySocketStreamAndPage() {
    String thread = thread();
    WsClient client = connect();
    for (int i = 0; i < 4; i++) {
      chat(client, thread, "line " + i);
    }
    List<String> lines = List.of("line 0", "line 1", "line 2", "line 3");
    assertThat(connect().readAll(thread).events())
        .extracting(event -> event.text("content"))
        .isEqualTo(lines);
    List<String> page = new ArrayList<>();
    for (JsonNode event :
        http().get("/v1/threads/" + thread + "/events?after=0").json().path("events")) {
      page.add(event.path("payload").path("content").asText());
    }
    assertThat(page).isEqualTo(lines);
  }

  public void aRepeatedCommandIsDoneOnceAndAnotherBodyIsAConflict() {
    String thread = thread();
    WsClient client = connect();
    ObjectNode command = Commands.chat(WsClient.newId(), thread, "once");
    Received first = ask(client, command);
    Received again = ask(connect(), command);
    assertThat(again.payload().path("seq")).isEqualTo(first.payload().path("seq"));
    assertThat(again.payload().path("duplicate").asBoolean()).isTrue();
    ObjectNode other = Commands.chat(command.path("id").asText(), thread, "other");
    assertThat(ask(client, other).text("code")).isEqualTo("idempotency_conflict");
    assertThat(connect().readAll(thread).events()).hasSize(1);
  }

  public void eachBadFrameIsRefusedWithItsFieldAndTheConnectionStaysOpen() {
    WsClient client = connect();
    for (BadFrames.Bad bad : BadFrames.all()) {
      client.send(bad.frame());
      Received refused = client.awaitWhere("a refusal", f -> !f.text("code").isEmpty());
      assertThat(refused.text("code")).as(bad.wrong()).isEqualTo(bad.code());
      assertThat(refused.text("field")).as(bad.wrong()).isEqualTo(bad.field());
      client.barrier();
    }
  }

  public void aRunThatThereIsNotIsNotFound() {
    Received refused =
        ask(connect(), Commands.cancelRun(WsClient.newId(), "r_0000000000000000000000"));
    assertThat(refused.text("code")).isEqualTo("not_found");
  }

  public void aCommandOverHttpIsSeenOnTheSocket() {
    String thread = thread();
    WsClient client = connect();
    client.readAll(thread);
    ObjectNode over = Commands.chat(WsClient.newId(), thread, "over HTTP");
    HttpAnswer answer = call(() -> http().command(over));
    assertThat(answer.status()).isEqualTo(200);
    assertThat(client.await("message_added", thread).text("content")).isEqualTo("over HTTP");
  }

  public void aThreadIsListedAndForgottenWhenItIsDeleted() {
    String thread = thread();
    chat(connect(), thread, "to be forgotten");
    assertThat(http().get("/v1/threads").json().toString()).contains(thread);
    assertThat(call(() -> http().delete("/v1/threads/" + thread)).status()).isEqualTo(200);
    assertThat(http().get("/v1/threads").json().toString()).doesNotContain(thread);
  }

  @Test(groups = "performance")
  public void roundTripsAreMeasured() {
    WsClient client = connect();
    client.barrier();
    double[] millis = new double[50];
    for (int i = 0; i < millis.length; i++) {
      long begin = System.nanoTime();
      client.barrier();
      millis[i] = (System.nanoTime() - begin) / 1e6;
    }
    Arrays.sort(millis);
    Figures.report("round trip p50", millis[24], "ms");
    Figures.report("round trip p98", millis[48], "ms");
  }
}
