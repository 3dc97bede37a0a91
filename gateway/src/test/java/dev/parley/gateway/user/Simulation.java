package dev.parley.gateway.user;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.WhenBusy;
import dev.parley.gateway.user.read.CursorJudge;
import dev.parley.gateway.user.read.Originals;
import dev.parley.gateway.user.run.RunJudge;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** One user's life with everything that may happen in it, in an order that a seed decides. */
public final class Simulation {

  private static final List<String> THREADS = List.of("a", "b", "c");

  private final UserRig rig;
  private final Random random;
  private final List<Peer> everybody = new ArrayList<>();
  private final List<Peer> connected = new ArrayList<>();
  private int commands;

  public Simulation(UserRig rig, int seed) {
    this.rig = rig;
    this.random = new Random(seed);
  }

  public void run(int steps) {
    connect();
    for (int i = 0; i < steps; i++) {
      step(pick(connected), pick(THREADS));
      if (random.nextInt(3) > 0) {
        rig.settle();
      }
    }
    comeToRest();
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private Gate gate() {
    return pick(List.of(rig.log.head, rig.log.read, rig.log.commit, rig.log.find, rig.log.run));
  }

  private void connect() {
    Peer peer = rig.connect("ada", pick(List.of("free", "mid", "enterprise")));
    peer.readOn(1 + random.nextInt(3000));
    everybody.add(peer);
    connected.add(peer);
  }

  private void step(Peer peer, String thread) {
    switch (random.nextInt(20)) {
      case 0 -> gate().holdAnswers();
      case 1 -> gate().holdCalls();
      case 2, 3, 4 -> gate().release();
      case 5 -> rig.log.full = random.nextInt(3) == 0;
      case 6 -> connectOrClose(peer);
      case 7 -> {
        peer.rollup = pick(List.of(0, 20, 500));
        peer.subscribe(thread, random.nextInt(20));
      }
      case 8 -> peer.unsubscribe(thread);
      case 9 -> peer.chat(id(), thread, "hello");
      case 10 -> peer.start(id(), thread, pick(List.of("builtin", "none")));
      case 11 -> peer.start(id(), thread, pick(List.of(WhenBusy.values())));
      case 12 -> cancel(peer);
      case 13 -> rig.pass(Duration.ofSeconds(random.nextInt(40)));
      default -> agentActs();
    }
  }

  private void connectOrClose(Peer peer) {
    if (connected.size() > 2) {
      connected.remove(peer);
      peer.close();
    } else {
      connect();
    }
  }

  private String id() {
    // Some ids come twice: with the same body or another, decided or not.
    commands += random.nextInt(5) == 0 ? 0 : 1;
    return "c" + commands;
  }

  private void cancel(Peer peer) {
    if (rig.agent.jobs().isEmpty() || random.nextBoolean()) {
      peer.cancelCommand("x" + random.nextInt(), "c" + commands);
    } else {
      peer.cancelRun("x" + random.nextInt(), pick(rig.agent.jobs()).request.run().value());
    }
  }

  private void agentActs() {
    if (rig.agent.jobs().isEmpty()) {
      return;
    }
    ScriptedAgent.Job job = random.nextBoolean() ? rig.agent.job() : pick(rig.agent.jobs());
    switch (random.nextInt(8)) {
      case 0 -> job.complete();
      case 1 -> job.left.complete(null);
      case 2 -> job.emit(new AgentEvent.Failed(ErrorCode.AGENT_ERROR, "no", true));
      case 3 -> job.emit(new AgentEvent.ToolStarted("k", "t", RawJson.of("{}")));
      case 4 -> job.emit(AgentEvent.ToolEnded.ok("k", RawJson.of("1")));
      case 5 -> job.emit(new AgentEvent.Custom("x", RawJson.of("[")));
      default -> job.say("word \uD83D");
    }
  }

  private void comeToRest() {
    rig.log.full = false;
    List.of(rig.log.head, rig.log.read, rig.log.commit, rig.log.find, rig.log.run)
        .forEach(Gate::release);
    rig.pass(UserRig.WHOLE.plusMinutes(1));
    everybody.forEach(peer -> CursorJudge.of(peer.seen.frames()));
    Peer last = rig.connect("ada", "enterprise");
    for (String thread : THREADS) {
      last.subscribe(thread, 0);
      judge(last, thread);
    }
    everybody.forEach(peer -> assertThat(peer.seen.closed()).isNull());
    assertThat(last.seen.last("welcome").path("open_runs")).isEmpty();
    assertThat(rig.metrics.openRuns()).isZero();
    last.close();
    connected.forEach(Peer::close);
    rig.pass(Duration.ofMinutes(1));
    assertThat(rig.metrics.liveContexts()).isZero();
  }

  private void judge(Peer last, String thread) {
    List<JsonNode> events = last.seen.events(thread);
    RunJudge.of(events).requireEnded();
    Originals originals = Originals.of(rig, last, thread);
    originals.requireAll(events);
    for (Peer peer : everybody) {
      peer.seen.events(thread).forEach(originals::require);
    }
  }
}
