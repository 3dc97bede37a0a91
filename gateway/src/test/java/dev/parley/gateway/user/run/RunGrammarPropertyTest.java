package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.codec.JsonFrames;
import dev.parley.gateway.codec.SavedCheckpoint;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.CancelledBy;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.EventType;
import dev.parley.gateway.protocol.MessageId;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ServerEvent;
import dev.parley.gateway.protocol.ServerEvent.MessageKind;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.protocol.ThinkingPhase;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.protocol.ToolStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.Test;

/**
 * Whatever an agent says, and whenever it is cancelled or fails: what is appended is a valid run.
 */
@Test(groups = "unit")
public class RunGrammarPropertyTest {

  private static final int SEQUENCES = 20_000;
  private static final int JUDGED_BY_SCHEMA = 500;
  private static final ThreadId THREAD = new ThreadId("t");
  private static final RunId RUN = new RunId("r_1");
  private static final List<String> TEXTS =
      List.of("", "a", "hello ", "é", "\uD83D\uDE00", "\uD83D", "\uDE00", "\u0000", "x\uD83D");
  private static final List<@Nullable Subagent> SUBAGENTS =
      Arrays.asList(
          null,
          null,
          new Subagent("s1", "one"),
          new Subagent("s2", "two"),
          new Subagent("s2", "2"));
  private static final List<ThinkingPhase> PHASES = List.of(ThinkingPhase.values());
  private static final List<String> VALUES = List.of("1", "{}", "[1,", "{\"a\":[true]}", "", "x");

  public void everySequenceIsAValidRun() {
    for (int seed = 0; seed < SEQUENCES; seed++) {
      Random random = new Random(seed);
      List<ServerEvent> events = new ArrayList<>();
      MessageId asked = new MessageId("m_0");
      events.add(new ServerEvent.MessageAdded(asked, MessageKind.CHAT, RawJson.of("\"a\"")));
      events.add(new ServerEvent.AgentStarted(new AgentName("a"), asked, 1));
      events.addAll(run(random));
      judge(merged(events, random), seed < JUDGED_BY_SCHEMA);
    }
  }

  private static List<ServerEvent> run(Random random) {
    RunGrammar grammar = new RunGrammar(new MessageId("m_1"), repair -> {});
    List<ServerEvent> out = new ArrayList<>();
    for (int i = random.nextInt(25); i > 0; i--) {
      out.addAll(grammar.take(event(random), random.nextInt(1000)));
    }
    out.addAll(
        switch (random.nextInt(3)) {
          case 0 -> grammar.cancel(CancelledBy.USER, random.nextBoolean(), 0);
          case 1 -> grammar.fail(ErrorCode.RUN_TIMEOUT, pick(random, TEXTS), true, 0);
          default -> grammar.complete(0);
        });
    out.addAll(grammar.take(event(random), 0));
    assertThat(grammar.hasEnded()).isTrue();
    return out;
  }

  /** The log has what came before; what follows is the same. */
  public void aRunThatIsRestoredGoesOnAsIfItHadNotStopped() {
    for (int seed = 0; seed < SEQUENCES; seed++) {
      Random random = new Random(seed);
      RunGrammar whole = new RunGrammar(new MessageId("m_1"), repair -> {});
      List<ServerEvent> before = new ArrayList<>();
      for (int i = random.nextInt(25); i > 0; i--) {
        before.addAll(whole.take(event(random), 0));
      }
      if (whole.hasEnded()) {
        continue;
      }
      RunGrammar restored = new RunGrammar(new MessageId("m_1"), repair -> {});
      stored(before).forEach(event -> restored.restore(event, 0));
      RawJson place = RawJson.checked("1".getBytes(StandardCharsets.UTF_8));
      restored.restore(SavedCheckpoint.read(whole.checkpoint(place).toJson()));
      for (int i = 0; i < 25; i++) {
        AgentEvent next = event(random);
        assertThat(restored.take(next, 0)).as("seed %d", seed).isEqualTo(whole.take(next, 0));
      }
      assertThat(restored.complete(0)).as("seed %d", seed).isEqualTo(whole.complete(0));
    }
  }

  private static List<ServerEvent> stored(List<ServerEvent> events) {
    UncommittedEvents uncommitted = new UncommittedEvents();
    uncommitted.add(events, new IdentityHashMap<>(), 0);
    return uncommitted.drain(RUN, Instant.EPOCH).stream()
        .map(event -> EventCodec.read(event.type(), event.body()).event())
        .toList();
  }

  /** Anything that an agent may say, mostly sound. */
  public static AgentEvent event(Random random) {
    String text = pick(random, TEXTS);
    String call = "k" + random.nextInt(3);
    return switch (random.nextInt(26)) {
      case 0 -> AgentEvent.Completed.stop();
      case 1 -> new AgentEvent.Failed(ErrorCode.AGENT_ERROR, text, false);
      case 2 -> new AgentEvent.State(false, value(random));
      case 3 -> new AgentEvent.Custom(text, value(random));
      case 4, 5, 6 ->
          new AgentEvent.ToolStarted(call, text, RawJson.of("{}"), pick(random, SUBAGENTS));
      case 7, 8 -> AgentEvent.ToolEnded.ok(call, RawJson.of("1"));
      case 9 -> AgentEvent.ToolEnded.error(call, text);
      case 10 -> new AgentEvent.ToolEnded(call, ToolStatus.DENIED, value(random), text);
      case 11, 12, 13, 14, 15 ->
          new AgentEvent.Thinking(
              phase(random), text, text, random.nextDouble() * 2, pick(random, SUBAGENTS));
      case 16, 17 -> new AgentEvent.Note(value(random));
      default -> new AgentEvent.Message(text);
    };
  }

  private static ThinkingPhase phase(Random random) {
    return PHASES.get(random.nextInt(PHASES.size()));
  }

  private static RawJson value(Random random) {
    // Mostly sound, or no run would live long.
    return RawJson.of(random.nextInt(10) == 0 ? pick(random, VALUES) : "{\"v\":1}");
  }

  private static <T extends @Nullable Object> T pick(Random random, List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** Merged as a run does it, in commits of any size. */
  private static List<byte[]> merged(List<ServerEvent> events, Random random) {
    List<byte[]> frames = new ArrayList<>();
    UncommittedEvents uncommitted = new UncommittedEvents();
    for (ServerEvent event : events) {
      uncommitted.add(List.of(event), new IdentityHashMap<>(), 1);
      if (random.nextInt(4) == 0 || event == events.get(events.size() - 1)) {
        uncommitted
            .drain(RUN, Instant.EPOCH)
            .forEach(made -> frames.add(frame(made.type(), made.body(), frames.size() + 1)));
      }
    }
    return frames;
  }

  private static byte[] frame(EventType type, byte[] body, long seq) {
    byte[] head = EventCodec.head(type, THREAD, seq);
    byte[] frame = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, frame, head.length, body.length);
    return frame;
  }

  private static void judge(List<byte[]> frames, boolean bySchema) {
    RunJudge judge = new RunJudge();
    for (byte[] frame : frames) {
      judge.read(bySchema ? JsonFrames.fromServer(frame) : JsonFrames.read(frame));
    }
    judge.requireEnded();
  }
}
