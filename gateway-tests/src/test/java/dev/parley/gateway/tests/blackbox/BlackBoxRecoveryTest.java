package dev.parley.gateway.tests.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.StreamClient;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import org.testng.annotations.Test;

/** Connections are cut; every event comes once and in order nevertheless. */
@Test(groups = {"error_recovery", "black_box"})
public class BlackBoxRecoveryTest extends BlackBoxTest {

  public void aReaderResumesAtEveryCursor() {
    String thread = thread();
    WsClient writer = connect();
    for (int i = 0; i < 5; i++) {
      chat(writer, thread, "line " + i);
    }
    ThreadReader whole = connect().readAll(thread);
    for (long after = 0; after <= whole.cursor(); after++) {
      WsClient reader = WsClient.open(address(), token());
      reader.sendValid(Commands.subscribe("s", thread, after, whole.epoch()));
      reader.await("caught_up", thread);
      assertThat(reader.thread(thread).cursor()).isEqualTo(whole.cursor());
      assertThat(reader.thread(thread).events()).hasSize((int) (whole.cursor() - after));
      reader.close();
    }
  }

  public void aReaderCutInARunReadsOnAndARunNeedsNoConnection() {
    String thread = thread();
    WsClient client = connect();
    client.readAll(thread);
    client.cutAfter(frame -> frame.type().equals("agent_started"));
    String run = start(client, thread, "hello");
    client.awaitClose();
    WsClient back = closing(client.reopen(token()));
    ThreadReader held = back.resume(thread);
    if (!held.hasEnded(run)) {
      back.awaitEnd(run);
    }
    assertThat(held.canonical()).isEqualTo(connect().readAll(thread).canonical());
    assertThat(held.events().get(0).seq()).isEqualTo(1);
  }

  public void anEventStreamReadsOnAfterTheLastEventItHas() {
    String thread = thread();
    WsClient writer = connect();
    chat(writer, thread, "before");
    StreamClient first = StreamClient.open(address(), token(), thread, "?after=0");
    first.await("message_added");
    first.close();
    chat(writer, thread, "meanwhile");
    StreamClient second = closing(first.reopen(address(), token(), thread));
    Received next = second.await("message_added");
    assertThat(next.text("content")).isEqualTo("meanwhile");
    assertThat(next.seq()).isEqualTo(2);
  }

  public void aCommandSentAgainAfterACutIsDoneOnce() {
    String thread = thread();
    for (int i = 0; i < 3; i++) {
      var command = Commands.chat(WsClient.newId(), thread, "line " + i);
      WsClient first = WsClient.open(address(), token());
      first.sendValid(command);
      first.cut();
      assertThat(ask(connect(), command).type()).isEqualTo("accepted");
    }
    assertThat(connect().readAll(thread).events())
        .extracting(event -> event.text("content"))
        .containsExactly("line 0", "line 1", "line 2");
  }
}
