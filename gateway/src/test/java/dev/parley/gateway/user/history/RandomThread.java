package dev.parley.gateway.user.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.History;
import dev.parley.gateway.agent.HistorySource;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.Epoch;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import dev.parley.gateway.user.run.RunGrammarPropertyTest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;

/** A thread to which random things happen, the same ones for the same seed over any log. */
final class RandomThread {

  static final ThreadKey KEY = new ThreadKey(new UserId("default", "ada"), new ThreadId("t"));

  /** Whom it asks. */
  static final AgentName AGENT = new AgentName("builtin");

  private static final ThreadId THREAD = KEY.thread();
  private static final int STEPS = 120;
  private static final int[] BOUNDS = {150, 1000, 4000, 1 << 20};

  /** What a run was told, and where it began. */
  record Told(long upTo, int maxBytes, boolean newestNotesOnly, History history) {}

  private final UserRig rig;
  private final Peer peer;
  private final Random random;
  private final Random bounds;
  private final boolean newestNotesOnly;
  private final List<Told> told = new ArrayList<>();
  private int commands;

  RandomThread(EventLog log, int seed) {
    rig = UserRig.over(log, Map.of("limits.burst", "1000"));
    peer = rig.connect();
    peer.subscribe(THREAD.value(), 0);
    random = new Random(seed);
    bounds = new Random(~seed);
    newestNotesOnly = seed % 2 == 1;
  }

  /** Lives, and gives what each run was told when it began. */
  List<Told> live() {
    for (int i = 0; i < STEPS; i++) {
      step();
      tellAll();
    }
    int runs;
    do {
      runs = told.size();
      leave();
      tellAll();
    } while (told.size() > runs);
    return told;
  }

  private void tellAll() {
    rig.settle();
    while (told.size() < rig.agent.jobs().size()) {
      tell(rig.agent.jobs().get(told.size()));
    }
  }

  private void step() {
    String command = "c" + ++commands;
    String text = "text " + commands + "x".repeat(random.nextInt(60));
    switch (random.nextInt(12)) {
      case 0 -> peer.chat(command, THREAD.value(), text);
      case 1, 2 -> peer.ask(command, THREAD.value(), text, WhenBusy.QUEUE);
      case 3 -> peer.ask(command, THREAD.value(), text, WhenBusy.REPLACE);
      case 4 -> peer.cancelCommand("x" + commands, "c" + random.nextInt(commands));
      case 5, 6 -> leave();
      default -> agentActs();
    }
  }

  private void leave() {
    rig.agent.jobs().forEach(job -> job.left.complete(null));
  }

  private void agentActs() {
    for (int i = random.nextInt(12); i > 0 && !rig.agent.jobs().isEmpty(); i--) {
      var ignored = rig.agent.job().emit(RunGrammarPropertyTest.event(random));
      if (random.nextBoolean()) {
        rig.settle();
      }
    }
  }

  private void tell(ScriptedAgent.Job job) {
    int maxBytes = BOUNDS[bounds.nextInt(BOUNDS.length)];
    long upTo = beginOf(job.request.run());
    HistorySource source = job.request.history();
    CompletionStage<History> read =
        newestNotesOnly ? source.readWithNewestNotes(maxBytes) : source.read(maxBytes);
    rig.settle();
    Told now = new Told(upTo, maxBytes, newestNotesOnly, read.toCompletableFuture().join());
    requireSame(readAgain(rig.log.behind(), now), now.history());
    told.add(now);
  }

  private long beginOf(RunId run) {
    return rig.log.eventsNow(KEY).stream()
        .filter(event -> event.type() == EventType.AGENT_STARTED)
        .filter(event -> run.equals(EventCodec.read(event.type(), event.body()).run()))
        .mapToLong(StoredEvent::seq)
        .findFirst()
        .orElseThrow();
  }

  /**
   * Fails unless they are equal. Only messages that were added during a run of which the end alone
   * fills the bound may be missing, for such a run is not read to its beginning.
   */
  static void requireSame(History again, History before) {
    int missing = before.items().size() - again.items().size();
    if (missing > 0) {
      assertThat(before.items().subList(0, missing))
          .hasOnlyElementsOfType(History.PastMessage.class);
      List<History.Item> rest = before.items().subList(missing, before.items().size());
      assertThat(again).isEqualTo(new History(rest, true));
    } else {
      assertThat(again).isEqualTo(before);
    }
  }

  /** What the run would be told now by a gateway that has kept nothing. */
  static History readAgain(EventLog log, Told before) {
    Epoch epoch = log.head(KEY).toCompletableFuture().join().epoch();
    BackwardReader.Target target =
        new BackwardReader.Target(
            KEY, epoch, before.upTo(), AGENT, before.maxBytes(), before.newestNotesOnly());
    return new BackwardReader(log, Runnable::run, target, null)
        .read()
        .toCompletableFuture()
        .join()
        .history();
  }

  void close() {
    rig.close();
  }
}
