package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.support.BadFrames;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone",
    goal = "Core value",
    valueImpact = "Each message of a person is answered once, or refused with a helpful reason",
    strategicImpact = "Front ends are written against one page of protocol, without guessing")
@Test(groups = {"websocket", "chat_events"})
public class P07MessageHandling extends GatewayTest {

  public void aChatIsRecordedAndNoAgentAnswers() {
    WsClient client = connect(ada);
    Received accepted = client.ask(Commands.chat("c1", "t1", "note to self"));
    assertThat(accepted.payload().path("seq").asLong()).isEqualTo(1);
    assertThat(accepted.runId()).isEmpty();
    Received added = client.await("message_added");
    assertThat(added.text("kind")).isEqualTo("chat");
    assertThat(added.text("content")).isEqualTo("note to self");
    assertThat(client.ask(Commands.chat("c2", "t1", "x")).payload().path("seq").asLong())
        .isEqualTo(2);
  }

  public void aUserMessageIsAnsweredByTheDefaultAgent() {
    WsClient client = connect(ada);
    Received accepted = client.say("t1", "what is 12*(34+5)?");
    assertThat(client.await("message_added").text("kind")).isEqualTo("user_message");
    assertThat(client.await("agent_started").runId()).isEqualTo(accepted.runId());
    assertThat(client.awaitEnd(accepted.runId()).text("text")).contains("468");
  }

  public void startAgentStartsTheAgentItNames() {
    WsClient client = connect(ada);
    Received accepted = client.ask(Commands.startAgent("c1", "t1", "what is 6*7?"));
    Received added = client.await("message_added");
    assertThat(added.text("kind")).isEqualTo("start_agent");
    assertThat(added.text("input")).isEqualTo("what is 6*7?");
    assertThat(client.awaitEnd(accepted.runId()).text("text")).contains("42");
  }

  public void acceptedComesBeforeTheEventsItCaused() {
    WsClient client = connect(ada);
    client.say("t1", "what is 1+1?");
    client.await("agent_completed");
    assertThat(client.received().stream().map(Received::type).limit(5))
        .containsExactly("welcome", "accepted", "subscribed", "message_added", "agent_started");
  }

  public void contentMayComeInParts() {
    WsClient client = connect(ada);
    ObjectNode command = Commands.userMessage("c1", "t1", "");
    var parts = Json.array().add(Json.object().put("type", "text").put("text", "what is 2*21?"));
    command.withObject("/payload").set("content", parts);
    Received accepted = client.ask(command);
    assertThat(client.await("message_added").payload().path("content")).isEqualTo(parts);
    assertThat(client.awaitEnd(accepted.runId()).text("text")).contains("42");
  }

  public void aRepeatedCommandGetsTheSameAnswerAndStartsNothing() {
    WsClient client = connect(ada);
    ObjectNode command = Commands.userMessage("c1", "t1", "what is 1+1?");
    Received first = client.ask(command);
    client.awaitEnd(first.runId());
    Received second = client.ask(command);
    assertThat(second.payload().path("duplicate").asBoolean()).isTrue();
    assertThat(second.runId()).isEqualTo(first.runId());
    assertThat(second.payload().path("seq")).isEqualTo(first.payload().path("seq"));
    client.barrier();
    assertThat(client.received().stream().filter(f -> f.type().equals("agent_started"))).hasSize(1);
  }

  public void theSameIdWithAnotherBodyIsAConflict() {
    WsClient client = connect(ada);
    client.ask(Commands.chat("c1", "t1", "one thing"));
    assertCode(client.ask(Commands.chat("c1", "t1", "another")), "idempotency_conflict");
    assertCode(client.ask(Commands.chat("c1", "t2", "one thing")), "idempotency_conflict");
    assertCode(client.ask(Commands.userMessage("c1", "t1", "one thing")), "idempotency_conflict");
  }

  public void aThreadWithAnOpenRunIsBusyForAnotherRunButNotForChat() {
    WsClient client = connect(ada);
    String run = client.say("t1", "wait 30 seconds").runId();
    assertCode(client.ask(Commands.userMessage("c2", "t1", "and now?")), "thread_busy");
    assertThat(client.ask(Commands.chat("c3", "t1", "in between")).type()).isEqualTo("accepted");
    client.ask(Commands.cancelRun("c4", run));
    client.awaitEnd(run);
    assertThat(client.say("t1", "what is 1+1?").type()).isEqualTo("accepted");
  }

  public void aRunIsCancelledByItsId() {
    WsClient client = connect(ada);
    String run = client.say("t1", "wait 30 seconds").runId();
    client.await("tool_executing");
    Received answer = client.ask(Commands.cancelRun("c2", run));
    assertThat(answer.text("state")).isEqualTo("cancelling");
    assertThat(client.await("tool_completed").text("status")).isEqualTo("aborted");
    Received end = client.awaitEnd(run);
    assertThat(end.type()).isEqualTo("agent_cancelled");
    assertThat(end.text("by")).isEqualTo("user");
  }

  public void aRunIsCancelledByTheCommandThatStartedIt() {
    WsClient client = connect(ada);
    client.sendValid(Commands.userMessage("c1", "t1", "wait 30 seconds"));
    client.sendValid(Commands.cancelByCommand("c2", "c1"));
    assertThat(client.answer("c2").text("state")).isEqualTo("cancelling");
    assertThat(client.awaitEnd(client.answer("c1").runId()).type()).isEqualTo("agent_cancelled");
  }

  public void cancellingAFinishedRunLeavesItAsItEnded() {
    WsClient client = connect(ada);
    String run = client.runToEnd("t1", "what is 1+1?").get(0).runId();
    assertThat(client.ask(Commands.cancelRun("c2", run)).text("state")).isEqualTo("completed");
    client.barrier();
    assertThat(client.received()).noneMatch(frame -> frame.type().equals("agent_cancelled"));
  }

  public void cancellingAnUnknownRunIsNotFound() {
    WsClient client = connect(ada);
    assertCode(client.ask(Commands.cancelRun("c1", "r_nothing")), "not_found");
    assertCode(client.ask(Commands.cancelByCommand("c2", "nothing")), "not_found");
  }

  public void subscribingToANewThreadIsNotAnError() {
    WsClient client = connect(ada);
    client.sendValid(Commands.subscribeAll("c1", "new"));
    var subscribed = client.await("subscribed").payload();
    assertThat(subscribed.path("oldest").asLong()).isEqualTo(1);
    assertThat(subscribed.path("head").asLong()).isZero();
    assertThat(client.await("caught_up").payload().path("seq").asLong()).isZero();
  }

  public void afterUnsubscribeNothingMoreComes() {
    WsClient writer = connect(ada);
    WsClient reader = connect(ada);
    reader.readAll("t1");
    reader.ask(Commands.unsubscribe("u1", "t1"));
    writer.runToEnd("t1", "what is 1+1?");
    reader.barrier();
    assertThat(reader.received()).noneMatch(Received::isEvent);
  }

  public void commandsOfAConnectionTakeEffectInTheOrderSent() {
    WsClient client = connect(ada);
    for (int i = 0; i < 8; i++) {
      client.sendValid(Commands.chat("c" + i, "t1", "line " + i));
    }
    client.awaitWhere("the last line", frame -> frame.text("content").equals("line 7"));
    for (Received event : client.thread("t1").events()) {
      assertThat(event.text("content")).isEqualTo("line " + (event.seq() - 1));
    }
  }

  @DataProvider
  public Iterator<BadFrames.Bad> bad() {
    return BadFrames.all().iterator();
  }

  @Test(dataProvider = "bad")
  public void aBadFrameIsRefusedWithItsFieldAndTheConnectionStaysOpen(BadFrames.Bad bad) {
    WsClient client = connect(ada);
    client.send(bad.frame());
    Received refusal =
        client.awaitWhere("refusal", f -> f.type().equals("rejected") || f.type().equals("error"));
    assertThat(refusal.text("code")).isEqualTo(bad.code());
    assertThat(refusal.text("field")).isEqualTo(bad.field());
    assertThat(refusal.text("message")).contains("(expected: ");
    assertThat(client.ask(Commands.chat("c1", "t1", "still here")).type()).isEqualTo("accepted");
  }

  public void aFrameOfTheMaximumSizeIsAccepted() {
    WsClient client = connect(ada);
    ObjectNode command = Commands.chat("c1", "t1", "");
    int room = 64 * 1024 - command.toString().length();
    assertThat(client.ask(Commands.chat("c1", "t1", "x".repeat(room))).type())
        .isEqualTo("accepted");
    assertThat(client.await("message_added").text("content")).hasSize(room);
  }

  public void aFrameOneByteLargerIsAnsweredWithAClose() {
    WsClient client = connect(ada);
    int room = 64 * 1024 - Commands.chat("c1", "t1", "").toString().length();
    client.send(Commands.chat("c1", "t1", "x".repeat(room + 1)).toString());
    assertThat(client.awaitClose().code()).isEqualTo(1009);
    assertThat(connect(ada).readAll("t1").events()).isEmpty();
  }

  public void aBinaryFrameIsAnsweredWithAClose() {
    WsClient client = connect(ada);
    client.sendBinary(new byte[] {1, 2, 3});
    assertThat(client.awaitClose().code()).isEqualTo(1003);
  }

  public void aClientThatOnlySendsBadFramesIsClosed() {
    WsClient client = connect(ada);
    for (int i = 0; i < 49; i++) {
      client.send("nonsense");
      client.await("error");
    }
    client.barrier();
    for (int i = 0; i < 50; i++) {
      client.send("nonsense");
    }
    assertThat(client.awaitClose().code()).isEqualTo(1008);
  }

  public void twoDevicesThatAskAtOnceStartOneRun() {
    WsClient phone = connect(ada);
    WsClient laptop = connect(ada);
    for (int i = 0; i < 5; i++) {
      phone.sendValid(Commands.userMessage("p" + i, "t" + i, "wait 30 seconds"));
      laptop.sendValid(Commands.userMessage("l" + i, "t" + i, "wait 30 seconds"));
      Received one = phone.answer("p" + i);
      Received other = laptop.answer("l" + i);
      boolean first = one.type().equals("accepted");
      assertCode(first ? other : one, "thread_busy");
      stop(first ? phone : laptop, (first ? one : other).runId());
    }
  }

  private static void stop(WsClient client, String run) {
    client.ask(Commands.cancelRun(WsClient.newId(), run));
    client.awaitEnd(run);
  }

  public void oneCommandSentByTwoDevicesAtOnceIsDoneOnce() {
    WsClient phone = connect(ada);
    WsClient laptop = connect(ada);
    for (int i = 0; i < 5; i++) {
      ObjectNode command = Commands.userMessage("c" + i, "t" + i, "what is 1+1?");
      phone.sendValid(command);
      laptop.sendValid(command);
      String run = phone.answer("c" + i).runId();
      assertThat(laptop.answer("c" + i).runId()).isEqualTo(run).isNotEmpty();
      laptop.awaitEnd(run);
      assertThat(laptop.readAll("t" + i).events().stream().filter(Received::isTerminal)).hasSize(1);
    }
  }

  public void oneCommandMaySubscribeToManyThreadsUpToTheLimit() {
    WsClient client = connect(ada);
    ObjectNode command = Commands.subscribeAll("s1", "t0");
    ArrayNode threads = command.withArray("/payload/threads");
    IntStream.range(1, 100).forEach(i -> threads.addObject().put("thread_id", "t" + i));
    client.sendValid(command);
    client.await("caught_up", "t99");
    assertCode(client.ask(Commands.subscribe("s2", "t100")), "quota_exceeded");
    client.ask(Commands.unsubscribe("u1", "t7"));
    client.readAll("t100");
  }

  private static void assertCode(Received answer, String code) {
    assertThat(answer.type()).isEqualTo("rejected");
    assertThat(answer.text("code")).isEqualTo(code);
    assertThat(answer.text("message")).isNotBlank();
  }
}
