package dev.parley.gateway.tests.promises;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.FaultyNetwork;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.RunningGateway;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.testng.annotations.Test;

@BusinessValue(
    segment = "everyone on a train",
    goal = "Retention",
    valueImpact = "After a lost connection the answer continues where it stopped",
    strategicImpact = "Every connection uses the recovery path, so a defect in it shows at once")
@Test(groups = "error_recovery")
public class P10ErrorRecovery extends GatewayTest {
  private static final String QUESTION = "what is 12*(34+5)? and what is 2^10?";
  private static final int ROLLUP_CUTS = 40;

  @Override
  protected Map<String, String> settings() {
    return Map.of("limits.burst", "100000", "limits.commands_per_minute", "1000000");
  }

  public void aReaderCutAtEachEventOfARunGetsEveryEventOnceInOrder() {
    int cut = 0;
    for (boolean inMidRun = true; inMidRun; closeClients()) {
      String thread = "t" + ++cut;
      WsClient first = connect(ada);
      inMidRun = !sawTheEndBeforeACutAfter(cut, first, thread);
      ThreadReader read = resumeElsewhere(first, thread);
      assertThat(read.canonical()).isEqualTo(connect(ada).readAll(thread).canonical());
      assertThat(read.events().get(0).seq()).isEqualTo(1);
    }
    assertThat(cut).isGreaterThan(10);
    Figures.report("cut points", cut, "");
  }

  public void aRollupReaderCutAfterAnyFrameGetsTheSameThread() {
    WsClient calm = connect(ada);
    Random random = new Random(4);
    for (int cut = 0; cut < ROLLUP_CUTS; cut++) {
      String thread = "t" + cut;
      WsClient first = connect(ada);
      int frames = 1 + random.nextInt(12);
      first.cutAfter(f -> first.thread(thread).events().size() >= frames || f.isTerminal());
      first.sendValid(withRollup(Commands.subscribeAll("s", thread)));
      String run = calm.say(thread, "count slowly to 12").runId();
      first.awaitClose();
      calm.awaitEnd(run);
      assertThat(resumeWithRollup(first, thread).canonical())
          .isEqualTo(calm.thread(thread).canonical());
    }
  }

  private ThreadReader resumeWithRollup(WsClient first, String thread) {
    WsClient second = first.reopen(gateway.tokens().of(ada));
    ThreadReader held = second.thread(thread);
    second.sendValid(withRollup(Commands.subscribe("s", thread, held.cursor(), held.epoch())));
    second.await("caught_up", thread);
    second.close();
    return held;
  }

  public void aRollupReaderCutAtAnyByteGetsTheSameThread() {
    FaultyNetwork network = closing(FaultyNetwork.to(gateway.address()));
    WsClient calm = connect(ada);
    Random random = new Random(5);
    for (int cut = 0; cut < ROLLUP_CUTS; cut++) {
      String thread = "b" + cut;
      WsClient first = WsClient.open(network.address(), gateway.tokens().of(ada));
      first.sendValid(withRollup(Commands.subscribeAll("s", thread)));
      first.await("caught_up");
      network.breakAfter(random.nextInt(3_000));
      calm.awaitEnd(calm.say(thread, "count slowly to 12").runId());
      network.breakAll(); // If it is not broken yet.
      first.drop(); // The JDK's client does not always report a broken network.
      assertThat(resumeWithRollup(first, thread).canonical())
          .isEqualTo(calm.thread(thread).canonical());
    }
  }

  private static ObjectNode withRollup(ObjectNode subscribe) {
    ((ObjectNode) subscribe.path("payload")).put("rollup_ms", 20);
    return subscribe;
  }

  /** The number of events of a run is not known beforehand: deltas may be stored merged. */
  private static boolean sawTheEndBeforeACutAfter(long seq, WsClient client, String thread) {
    client.cutAfter(frame -> frame.isEvent() && (frame.seq() >= seq || frame.isTerminal()));
    client.sendValid(Commands.userMessage(thread, thread, QUESTION));
    client.awaitClose();
    return client.received().stream().anyMatch(Received::isTerminal);
  }

  private ThreadReader resumeElsewhere(WsClient first, String thread) {
    WsClient second = closing(first.reopen(gateway.tokens().of(ada)));
    ThreadReader reader = second.resume(thread);
    String run = second.ask(Commands.userMessage(thread, thread, QUESTION)).runId();
    if (!reader.hasEnded(run)) {
      second.awaitEnd(run);
    }
    return reader;
  }

  public void aReaderCutAfterEverySingleEventStillReachesTheEnd() {
    WsClient client = connect(ada);
    client.cutAfter(Received::isEvent);
    String run = client.say("t1", QUESTION).runId();
    int connections = 1;
    while (!client.thread("t1").hasEnded(run)) {
      client.awaitClose();
      client = closing(client.reopen(gateway.tokens().of(ada)));
      client.cutAfter(Received::isEvent);
      ThreadReader held = client.thread("t1");
      client.sendValid(Commands.subscribe("s", "t1", held.cursor(), held.epoch()));
      connections++;
    }
    assertThat(client.thread("t1").canonical()).isEqualTo(connect(ada).readAll("t1").canonical());
    Figures.report("connections for one answer", connections, "");
  }

  public void aCommandRepeatedAfterACutIsExecutedOnce() {
    for (int round = 0; round < 50; round++) {
      String thread = "t" + round;
      ObjectNode command = Commands.userMessage("c" + round, thread, "what is 1+1?");
      WsClient first = connect(ada);
      first.sendValid(command);
      first.cut();
      WsClient second = connect(ada);
      second.awaitEnd(second.ask(command).runId());
      List<Received> events = second.readAll(thread).events();
      assertThat(events.stream().filter(e -> e.type().equals("message_added"))).hasSize(1);
      assertThat(events.stream().filter(e -> e.type().equals("agent_started"))).hasSize(1);
      second.close();
    }
  }

  public void aFrameCutAtARandomByteHasNoEffect() {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      String thread = "t" + round;
      byte[] text =
          Commands.chat("c" + round, thread, "hello").toString().getBytes(StandardCharsets.UTF_8);
      byte[] frame = RawClient.frame(0x81, text);
      RawClient raw = RawClient.upgraded(gateway.address(), gateway.tokens().of(ada));
      raw.send(Arrays.copyOf(frame, random.nextInt(frame.length)));
      raw.reset();
      WsClient client = connect(ada);
      assertThat(client.readAll(thread).events()).isEmpty();
      client.close();
    }
  }

  public void aReaderMayResumeAtAnyCursor() {
    WsClient writer = connect(ada);
    writer.runToEnd("t1", QUESTION);
    ThreadReader whole = writer.readAll("t1");
    for (long after = 0; after <= whole.cursor(); after++) {
      WsClient reader = connect(ada);
      reader.sendValid(Commands.subscribe("s", "t1", after, whole.epoch()));
      reader.await("caught_up");
      assertThat(reader.thread("t1").cursor()).isEqualTo(whole.cursor());
      reader.close();
    }
  }

  public void aCursorOfAnotherEpochGetsAGap() {
    WsClient client = connect(ada);
    client.runToEnd("t1", QUESTION);
    WsClient stale = connect(ada);
    stale.sendValid(Commands.subscribe("s1", "t1", 3, "another-epoch"));
    assertThat(stale.await("gap").text("reason")).isEqualTo("epoch_changed");
    stale.await("caught_up");
    assertThat(stale.thread("t1").canonical()).isEqualTo(connect(ada).readAll("t1").canonical());
  }

  public void aCursorAheadOfTheLogGetsAGap() {
    WsClient client = connect(ada);
    client.runToEnd("t1", QUESTION);
    WsClient ahead = connect(ada);
    ahead.sendValid(Commands.subscribe("s1", "t1", 9999, client.thread("t1").epoch()));
    assertThat(ahead.await("gap").text("reason")).isEqualTo("cursor_ahead");
    ahead.await("caught_up");
    assertThat(ahead.thread("t1").canonical()).isEqualTo(connect(ada).readAll("t1").canonical());
  }

  public void aCursorBeforeTheRetainedEventsGetsAGap() {
    RunningGateway forgetful =
        closing(RunningGateway.start(Map.of("retention.records", "10", "limits.burst", "100")));
    WsClient writer = closing(forgetful.connect(ada));
    for (int i = 1; i <= 40; i++) {
      writer.ask(Commands.chat("c" + i, "t1", "line " + i));
    }
    WsClient late = closing(forgetful.connect(ada));
    late.sendValid(Commands.subscribe("s1", "t1", 3, writer.thread("t1").epoch()));
    Received gap = late.await("gap");
    assertThat(gap.text("reason")).isEqualTo("retention");
    late.await("caught_up");
    List<Received> events = late.thread("t1").events();
    assertThat(events.get(0).seq()).isEqualTo(gap.payload().path("oldest").asLong()).isEqualTo(31);
    assertThat(late.thread("t1").cursor()).isEqualTo(40);
  }
}
