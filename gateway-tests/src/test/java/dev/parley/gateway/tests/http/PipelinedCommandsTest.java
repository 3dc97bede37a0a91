package dev.parley.gateway.tests.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.Test;

/** Commands sent without waiting for answers, and threads that start again after a deletion. */
@Test(groups = {"chat_events", "websocket"})
public class PipelinedCommandsTest extends GatewayTest {

  public void anUnsubscribeRightAfterAChatStopsTheEventsOfTheThread() {
    WsClient client = connect(ada);
    client.sendValid(Commands.chat("c1", "t1", "hi"));
    client.sendValid(Commands.unsubscribe("u1", "t1"));
    assertThat(client.answer("u1").type()).isEqualTo("accepted");
    connect(ada).ask(Commands.chat("c2", "t1", "hello"));
    client.ask(Commands.chat("c3", "other", "hello"));
    client.awaitWhere(
        "the event of c3", frame -> frame.thread().equals("other") && frame.seq() == 1);
    assertThat(client.thread("t1").cursor()).isLessThan(2);
  }

  public void aQueuedMessageCancelledInTheSamePacketIsTakenBack() {
    WsClient client = connect(ada);
    String run = client.say("t1", "wait 30 s").runId();
    client.sendValid(Commands.queue("c2", "t1", "what is 6*7?"));
    client.sendValid(Commands.cancelByCommand("x1", "c2"));
    assertThat(client.answer("x1").text("state")).isEqualTo("taken_back");
    client.ask(Commands.cancelRun("x2", run));
    client.awaitEnd(run);
  }

  public void ofSixReplacingMessagesInOnePacketTheLastIsAnswered() {
    WsClient client = connect(ada);
    client.say("t1", "wait 30 s");
    for (int i = 1; i <= 6; i++) {
      client.sendValid(Commands.replace("c" + i, "t1", "what is " + i + "+1?"));
    }
    for (int i = 1; i <= 6; i++) {
      assertThat(client.answer("c" + i).type()).isEqualTo("accepted");
    }
    Received answer =
        client.awaitWhere("an answer", frame -> frame.type().equals("agent_completed"));
    assertThat(answer.text("text")).contains("7");
    assertThat(http(ada).get("/v1/threads").json().path("threads").get(0).path("queued").asInt())
        .isZero();
  }

  public void aDuplicateFromADeletedThreadNeverPointsIntoTheNewEpoch() {
    for (int i = 1; i <= 5; i++) {
      http(ada).command(Commands.chat("c" + i, "t1", "old " + i));
    }
    String old = http(ada).get("/v1/threads/t1/events").text("epoch");
    http(ada).delete("/v1/threads/t1");
    for (int i = 1; i <= 4; i++) {
      http(ada).command(Commands.chat("n" + i, "t1", "new " + i));
    }
    WsClient fresh = connect(ada);
    Received again = fresh.ask(Commands.chat("c5", "t1", "old 5"));
    assertThat(again.payload().path("seq").asLong()).isEqualTo(5);
    assertThat(again.text("epoch")).isEqualTo(old);
    assertThat(again.payload().path("deleted").asBoolean()).isTrue();
    fresh.readAll("t1");
    fresh.awaitWhere("the newest event", frame -> frame.seq() == 4);
    assertThat(List.of(fresh.thread("t1").epoch())).doesNotContain(old);
  }

  public void acksOfTheInboxInOnePacketAreAllCarriedOut() {
    Broadcaster admin =
        new Broadcaster(
            gateway.address(),
            gateway.tokens().signed(gateway.tokens().claims("root").put("scope", "admin")));
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    client.sendText(Commands.subscribeAll("s1", "@inbox").toString());
    admin.sendTo(ada, "Hello");
    framesUpTo(client, "\"notification\"");
    ByteArrayOutputStream packet = new ByteArrayOutputStream();
    for (int i = 0; i < 100; i++) {
      packet.writeBytes(frame(Commands.ack("@inbox", 1)));
    }
    packet.writeBytes(frame(Commands.ping("p1")));
    client.send(packet.toByteArray());
    assertThat(framesUpTo(client, "\"pong\"")).noneMatch(frame -> frame.contains("overloaded"));
    client.send(frame(Commands.ping("p2")));
    assertThat(framesUpTo(client, "\"p2\"")).noneMatch(frame -> frame.contains("overloaded"));
  }

  private static byte[] frame(ObjectNode command) {
    return RawClient.frame(0x81, command.toString().getBytes(UTF_8));
  }

  private static List<String> framesUpTo(RawClient client, String part) {
    List<String> frames = new ArrayList<>();
    do {
      frames.add(client.readFrame().text());
    } while (!frames.get(frames.size() - 1).contains(part));
    return frames;
  }

  public void aFrameBeyondALimitIsRejectedWithItsId() {
    WsClient client = connect(ada);
    String deep = "{\"a\":".repeat(70) + "1" + "}".repeat(70);
    ObjectNode start = Commands.startAgent("c1", "t1", "x");
    client.send(start.toString().replace("\"input\":\"x\"", "\"input\":" + deep));
    Received refused = client.answer("c1");
    assertThat(refused.type()).isEqualTo("rejected");
    assertThat(refused.text("message")).contains("nested at most 64 deep");
    client.send(Commands.chat("c2", "t1", "half").toString().replace("half", "\\ud800"));
    assertThat(client.answer("c2").text("field")).isEqualTo("/payload/content");
  }
}
