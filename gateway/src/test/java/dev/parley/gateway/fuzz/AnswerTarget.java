package dev.parley.gateway.fuzz;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.model.ModelSession;
import dev.parley.gateway.agent.upstream.RecordedStreamTest;
import dev.parley.gateway.agent.upstream.RecordedStreamTest.EventTaker;
import dev.parley.gateway.agent.upstream.SseEvent;
import dev.parley.gateway.agent.upstream.UpstreamException;
import dev.parley.gateway.codec.EventCodec;
import dev.parley.gateway.protocol.RawJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The stream of an answer in one dialect of services. */
public final class AnswerTarget implements FuzzTarget {

  /** An answer's reader. */
  public interface Reading extends EventTaker {
    /** The stream has ended. */
    void end() throws UpstreamException;
  }

  /** Begins reading an answer, which shows its events there. */
  @FunctionalInterface
  public interface Begin {
    Reading begin(Consumer<AgentEvent> shown);
  }

  private final String name;
  private final List<byte[]> examples = new ArrayList<>();
  private final Begin begin;

  /**
   * Reads as this dialect does.
   *
   * @param recording a resource beside the owner
   */
  public AnswerTarget(String name, Class<?> owner, String recording, Begin begin) {
    this.name = name;
    this.begin = begin;
    try (InputStream in = Objects.requireNonNull(owner.getResourceAsStream(recording))) {
      byte[] whole = in.readAllBytes();
      examples.add(whole);
      examples.addAll(parts(whole));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads as the sessions of this dialect do. */
  public static AnswerTarget of(
      String name, Class<?> owner, String recording, Supplier<ModelSession> sessions) {
    return new AnswerTarget(name, owner, recording, shown -> reading(sessions.get(), shown));
  }

  private static Reading reading(ModelSession session, Consumer<AgentEvent> shown) {
    return new Reading() {
      @Override
      public boolean take(SseEvent event) throws UpstreamException {
        return session.take(event, shown);
      }

      @Override
      public void end() throws UpstreamException {
        session.end(shown);
      }
    };
  }

  /** Ten parts, of which each ends with the end of an event. */
  private static List<byte[]> parts(byte[] whole) {
    List<byte[]> parts = new ArrayList<>();
    int start = 0;
    for (int i = 1; i < whole.length; i++) {
      if (whole[i] == '\n' && whole[i - 1] == '\n' && i - start > whole.length / 10) {
        parts.add(Arrays.copyOfRange(whole, start, i + 1));
        start = i + 1;
      }
    }
    return parts;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<byte[]> examples() {
    return List.copyOf(examples);
  }

  @Override
  public List<String> words() {
    return List.of(
        "data: ", "event: ", "id: ", "data: [DONE]\n\n", "data: {}\n\n", "\n\ndata: [1]");
  }

  @Override
  public int inputs() {
    return 2_000;
  }

  @Override
  public void take(byte[] input) {
    Reading reading = begin.begin(AnswerTarget::check);
    try {
      RecordedStreamTest.feed(true, true, reading, input);
      reading.end();
    } catch (UpstreamException documented) {
      check(documented.toEvent());
    }
  }

  /** Values are JSON, as the log will check. */
  private static void check(AgentEvent event) {
    if (event instanceof AgentEvent.Custom custom) {
      check(custom.value());
    } else if (event instanceof AgentEvent.State state) {
      check(state.value());
    } else if (event instanceof AgentEvent.ToolStarted tool) {
      check(tool.arguments());
    }
  }

  private static void check(RawJson value) {
    Objects.requireNonNull(EventCodec.checked("value", value));
  }
}
