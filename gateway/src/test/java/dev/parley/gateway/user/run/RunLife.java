package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.Agents;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.log.EventLog;
import dev.parley.gateway.log.EventPage;
import dev.parley.gateway.log.StoredEvent;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.log.memory.InlineLog;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.user.Peer;
import dev.parley.gateway.user.ScriptedAgent;
import dev.parley.gateway.user.UserRig;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;

/**
 * One thread's life in an order that a seed decides: what its agents say, cancellations, queued
 * messages, a slow log, time that passes, and crashes of the process.
 */
public final class RunLife {

  private static final int MAX_STEPS = 14;
  private static final int IDS_OF_A_PROCESS = 1000;
  private static final ThreadId THREAD = new ThreadId("t");

  private final Random random;
  private UserRig rig = new UserRig(InlineLog.open());
  private Peer peer = rig.connectUnread("ada", "enterprise");
  private int commands;
  private int processes;

  public RunLife(long seed) {
    random = new Random(seed);
  }

  /** Lives it, and fails if what the log has of it is no thread of whole runs. */
  public void live() {
    try {
      peer.start("c0", THREAD.value());
      for (int steps = 1 + random.nextInt(MAX_STEPS); steps > 0; steps--) {
        step();
      }
      comeToRest();
      judge();
    } finally {
      rig.close();
    }
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0 -> crash();
      case 1 -> peer.queue("c" + ++commands, THREAD.value());
      case 2 -> peer.replace("c" + ++commands, THREAD.value());
      case 3 -> peer.cancelCommand("x" + random.nextInt(), "c" + random.nextInt(commands + 1));
      case 4 -> rig.log.commit.holdAnswers();
      case 5 -> rig.log.commit.holdCalls();
      case 6 -> rig.log.commit.release();
      case 7 -> rig.pass(Duration.ofSeconds(random.nextInt(130)));
      default -> agentActs();
    }
  }

  private void agentActs() {
    if (rig.agent.jobs().isEmpty()) {
      return;
    }
    ScriptedAgent.Job job = rig.agent.job();
    switch (random.nextInt(8)) {
      case 0 -> job.left.complete(null);
      case 1 -> job.left.completeExceptionally(new IllegalStateException("thrown"));
      default -> {
        var ignored = job.emit(RunGrammarPropertyTest.event(random));
      }
    }
    if (random.nextBoolean()) {
      rig.settle();
    }
  }

  /** What the log has not been given is lost, and nobody hears what it still answers. */
  private void crash() {
    EventLog store = rig.log.behind();
    new Recovery(store, new Agents(Map.of()), ToldEnds.NONE, Clock.systemUTC()).endOpenRuns();
    rig = new UserRig(store, ++processes * IDS_OF_A_PROCESS);
    var ignored = rig.contexts.resume(store.threadsWithQueue().toCompletableFuture().join());
    rig.settle();
    peer = rig.connectUnread("ada", "enterprise");
  }

  private void comeToRest() {
    rig.log.commit.release();
    peer.close();
    // A tool that stays open holds its run until then; queued ones follow.
    rig.pass(UserRig.WHOLE.multipliedBy(2));
  }

  private void judge() {
    ThreadKey key = new ThreadKey(peer.context.user(), THREAD);
    EventPage page = rig.log.behind().read(key, 0, Integer.MAX_VALUE).toCompletableFuture().join();
    RunJudge judge = new RunJudge();
    for (StoredEvent event : page.events()) {
      byte[] head = EventCodec.head(event.type(), THREAD, event.seq());
      byte[] frame = Arrays.copyOf(head, head.length + event.body().length);
      System.arraycopy(event.body(), 0, frame, head.length, event.body().length);
      judge.read(JsonFrames.read(frame));
    }
    judge.requireEnded();
  }
}
