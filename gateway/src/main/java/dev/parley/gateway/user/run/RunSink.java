package dev.parley.gateway.user.run;

import dev.parley.gateway.agent.AgentEvent;
import dev.parley.gateway.agent.AgentSink;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Subagent;
import dev.parley.gateway.user.home.Home;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Takes an agent's events to the user's home and counts the bytes that are on their way to the log.
 * Above one bound the agent is told to wait (backpressure). Above a second bound it did not wait,
 * and nothing more is taken. Called from any thread, but for {@link #done} and {@link #holdsAgent}.
 */
final class RunSink implements AgentSink {

  static final long WAIT_ABOVE = 128 * 1024;
  static final long FLOOD_ABOVE = 4 * 1024 * 1024;
  private static final long ENVELOPE = 128;

  /** What the agent does. */
  interface SinkListener {

    /**
     * Takes events, at home. {@link #done} is called for their bytes later.
     *
     * @param synced to complete when the log has the events; null if nobody asks
     */
    void take(Emitted emitted, long bytes, @Nullable CompletableFuture<Void> synced);

    /** The agent does not wait. Called at home. */
    void flooded();

    /** The agent is at work. Called on any thread. */
    void alive();
  }

  /**
   * What an agent gave at once.
   *
   * @param checkpoint absent if there is none
   */
  record Emitted(List<AgentEvent> events, @Nullable RawJson checkpoint) {
    Emitted {
      events = List.copyOf(events);
    }

    private long bytes() {
      long bytes = checkpoint == null ? 0 : checkpoint.length();
      for (AgentEvent event : events) {
        bytes += ENVELOPE + Sizes.of(event);
      }
      return bytes;
    }
  }

  private final Home home;
  private final Executor pool;
  private final SinkListener listener;
  private final AtomicLong pending = new AtomicLong();
  private final AtomicBoolean flooded = new AtomicBoolean();
  private final List<CompletableFuture<Void>> waiting = new ArrayList<>();

  RunSink(Home home, Executor pool, SinkListener listener) {
    this.home = home;
    this.pool = pool;
    this.listener = listener;
  }

  @Override
  public CompletionStage<Void> emit(AgentEvent event) {
    return emit(new Emitted(List.of(event), null));
  }

  @Override
  public CompletionStage<Void> emitSynced(AgentEvent event) {
    return emitSynced(new Emitted(List.of(event), null));
  }

  @Override
  public CompletionStage<Void> emitAll(List<AgentEvent> events, RawJson checkpoint) {
    return emit(new Emitted(events, checkpoint));
  }

  @Override
  public CompletionStage<Void> emitAllSynced(List<AgentEvent> events, RawJson checkpoint) {
    return emitSynced(new Emitted(events, checkpoint));
  }

  private CompletionStage<Void> emit(Emitted emitted) {
    long bytes = emitted.bytes();
    if (!enter(bytes)) {
      return CompletableFuture.completedFuture(null);
    }
    home.execute(() -> listener.take(emitted, bytes, null));
    if (pending.get() <= WAIT_ABOVE) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> room = new CompletableFuture<>();
    home.execute(
        () -> {
          waiting.add(room);
          release();
        });
    return room;
  }

  private CompletionStage<Void> emitSynced(Emitted emitted) {
    long bytes = emitted.bytes();
    if (!enter(bytes)) {
      return CompletableFuture.failedFuture(
          new CancellationException("run: flooded (expected: an agent that waits)"));
    }
    CompletableFuture<Void> synced = new CompletableFuture<>();
    home.execute(() -> listener.take(emitted, bytes, synced));
    return synced;
  }

  @Override
  public void alive() {
    listener.alive();
  }

  // A first event is taken whatever its size: only what the agent did not wait for counts.
  private boolean enter(long bytes) {
    if (pending.getAndAdd(bytes) <= FLOOD_ABOVE) {
      return true;
    }
    pending.addAndGet(-bytes);
    if (flooded.compareAndSet(false, true)) {
      home.execute(listener::flooded);
    }
    return false;
  }

  /** So many bytes are in the log, or will never be. Called at home. */
  void done(long bytes) {
    home.check();
    pending.addAndGet(-bytes);
    release();
  }

  /** Whether the agent was told to wait for the log. Called at home. */
  boolean holdsAgent() {
    return !waiting.isEmpty();
  }

  private void release() {
    if (waiting.isEmpty() || pending.get() > WAIT_ABOVE) {
      return;
    }
    List<CompletableFuture<Void>> freed = List.copyOf(waiting);
    waiting.clear();
    for (CompletableFuture<Void> room : freed) {
      // On the pool: actions that an agent adds to the stage must not run at home.
      var ignored = room.completeAsync(() -> null, pool);
    }
  }

  /** About how many bytes an event holds: two for each UTF-16 unit. */
  private static final class Sizes implements AgentEvent.Handler {
    private long size;

    static long of(AgentEvent event) {
      Sizes sizes = new Sizes();
      event.dispatch(sizes);
      return sizes.size;
    }

    private void add(@Nullable String text) {
      size += text == null ? 0 : 2L * text.length();
    }

    private void add(@Nullable RawJson value) {
      size += value == null ? 0 : value.length();
    }

    private void add(@Nullable Subagent subagent) {
      if (subagent != null) {
        add(subagent.id());
        add(subagent.name());
        add(subagent.parent());
      }
    }

    @Override
    public void thinking(AgentEvent.Thinking event) {
      add(event.subagent());
      add(event.text());
      add(event.step());
    }

    @Override
    public void message(AgentEvent.Message event) {
      add(event.delta());
    }

    @Override
    public void toolStarted(AgentEvent.ToolStarted event) {
      add(event.subagent());
      add(event.call());
      add(event.tool());
      add(event.arguments());
    }

    @Override
    public void toolEnded(AgentEvent.ToolEnded event) {
      add(event.call());
      add(event.result());
      add(event.error());
    }

    @Override
    public void titled(AgentEvent.Titled event) {
      add(event.title());
    }

    @Override
    public void state(AgentEvent.State event) {
      add(event.value());
    }

    @Override
    public void custom(AgentEvent.Custom event) {
      add(event.name());
      add(event.value());
    }

    @Override
    public void completed(AgentEvent.Completed event) {
      add(event.usage());
      add(event.result());
    }

    @Override
    public void failed(AgentEvent.Failed event) {
      add(event.message());
    }

    @Override
    public void note(AgentEvent.Note event) {
      add(event.value());
    }
  }
}
