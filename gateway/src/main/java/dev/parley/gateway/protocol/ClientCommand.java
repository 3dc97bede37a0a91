package dev.parley.gateway.protocol;

import dev.parley.gateway.protocol.ServerSignal.GapReason;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A command of a client, decoded and checked for form (protocol, "Commands"). {@code traceparent}
 * is a W3C header value; agents are given it, or that of a span of the gateway under it.
 */
public sealed interface ClientCommand {

  /** The id that the answer repeats; null only where the protocol makes it optional. */
  @Nullable CommandId id();

  /** The W3C trace context of who sent it; null for commands that are not traced. */
  default @Nullable String traceparent() {
    return null;
  }

  /** Calls the handler's method for this type of command. */
  void dispatch(Handler handler);

  /** One method for each type of command. */
  interface Handler {
    void authenticate(Authenticate command);

    void startAgent(StartAgent command);

    void userMessage(UserMessage command);

    void chat(Chat command);

    void setTitle(SetTitle command);

    void cancelRun(CancelRun command);

    void subscribe(Subscribe command);

    void unsubscribe(Unsubscribe command);

    void ack(Ack command);

    void refreshToken(RefreshToken command);

    void ping(Ping command);
  }

  /** A command that appends to its thread. Its receipt is stored, so that a retry is safe. */
  sealed interface Appending extends ClientCommand {
    @Override
    CommandId id();

    ThreadId thread();
  }

  /**
   * The first frame of a connection whose upgrade had no token; {@code replaces} names an older
   * connection that this one replaces.
   */
  record Authenticate(@Nullable CommandId id, String token, @Nullable ConnectionId replaces)
      implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.authenticate(this);
    }

    @Override
    public String toString() {
      return "Authenticate[token=***]";
    }
  }

  /**
   * Starts the named agent; {@code input} is a string or an object. A message to {@code keep} stays
   * in the queue when another one replaces the run.
   */
  record StartAgent(
      CommandId id,
      ThreadId thread,
      AgentName agent,
      RawJson input,
      @Nullable RawJson context,
      WhenBusy whenBusy,
      boolean keep,
      @Nullable String traceparent)
      implements Appending {
    @Override
    public void dispatch(Handler handler) {
      handler.startAgent(this);
    }
  }

  /**
   * Adds a message that an agent answers; {@code content} is a string or a list of parts, {@code
   * keep} as in {@link StartAgent}.
   */
  record UserMessage(
      CommandId id,
      ThreadId thread,
      RawJson content,
      @Nullable AgentName agent,
      WhenBusy whenBusy,
      boolean keep,
      @Nullable String traceparent)
      implements Appending {
    @Override
    public void dispatch(Handler handler) {
      handler.userMessage(this);
    }
  }

  /** Adds a message that no agent answers. */
  record Chat(CommandId id, ThreadId thread, RawJson content, @Nullable String traceparent)
      implements Appending {
    @Override
    public void dispatch(Handler handler) {
      handler.chat(this);
    }
  }

  /** Set the title of the thread, whether or not a run is open. */
  record SetTitle(CommandId id, ThreadId thread, Title title, @Nullable String traceparent)
      implements Appending {
    @Override
    public void dispatch(Handler handler) {
      handler.setTitle(this);
    }
  }

  /**
   * Cancels a run, named by its id or by the command that started it, or removes a queued message,
   * named by its command: exactly one of the two.
   */
  record CancelRun(
      CommandId id,
      @Nullable RunId run,
      @Nullable CommandId started,
      @Nullable String reason,
      @Nullable String traceparent)
      implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.cancelRun(this);
    }
  }

  /** Where to read a thread from: no cursor = from now on, 0 = from the oldest stored event. */
  record Position(ThreadId thread, OptionalLong after, @Nullable Epoch epoch) {

    /** Why this position is not valid in a log of these bounds, or null if it is. */
    public @Nullable GapReason gap(Epoch current, long oldest, long head) {
      long cursor = after.orElse(0);
      if (cursor == 0) {
        return null;
      }
      if (!current.equals(epoch)) {
        return GapReason.EPOCH_CHANGED;
      }
      if (cursor > head) {
        return GapReason.CURSOR_AHEAD;
      }
      return cursor < oldest - 1 ? GapReason.RETENTION : null;
    }
  }

  /** Subscribes to threads; the newest subscribe of a thread replaces the one before. */
  record Subscribe(CommandId id, List<Position> threads, int rollupMillis)
      implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.subscribe(this);
    }
  }

  /** Ends the subscriptions to these threads. */
  record Unsubscribe(CommandId id, List<ThreadId> threads) implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.unsubscribe(this);
    }
  }

  /** The person has seen the thread, which may be the inbox, up to this seq. */
  record Ack(@Nullable CommandId id, ThreadId thread, long seq) implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.ack(this);
    }
  }

  /** Replaces the token by a newer one of the same user. */
  record RefreshToken(CommandId id, String token) implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.refreshToken(this);
    }

    @Override
    public String toString() {
      return "RefreshToken[id=" + id + ", token=***]";
    }
  }

  /** Asks for a pong. */
  record Ping(@Nullable CommandId id) implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.ping(this);
    }
  }
}
