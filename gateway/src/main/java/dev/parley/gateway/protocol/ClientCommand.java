package dev.parley.gateway.protocol;

import dev.parley.gateway.protocol.ServerSignal.GapReason;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A command of a client, decoded and checked in form (protocol, "Commands"). {@code traceparent} is
 * the W3C header value that goes on to the agent.
 */
public sealed interface ClientCommand {

  /** The id the answer carries; absent only where the protocol lets it be. */
  @Nullable CommandId id();

  /** Calls the one method for this command; a new command type breaks every handler's build. */
  void dispatch(Handler handler);

  /** One method for each type of command. */
  interface Handler {
    void authenticate(Authenticate command);

    void startAgent(StartAgent command);

    void userMessage(UserMessage command);

    void chat(Chat command);

    void cancelRun(CancelRun command);

    void subscribe(Subscribe command);

    void unsubscribe(Unsubscribe command);

    void refreshToken(RefreshToken command);

    void ping(Ping command);
  }

  /** A command that appends to its thread and is remembered, so that resending it is safe. */
  sealed interface Appending extends ClientCommand {
    @Override
    CommandId id();

    ThreadId thread();
  }

  /**
   * The first frame of a connection whose upgrade carried no token; {@code replaces} names an older
   * connection whose place it takes.
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
   * Start the named agent; {@code input} is a string or an object. A message to {@code keep} waits
   * on when another one replaces.
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
   * Say something that an agent answers; {@code content} is a string or a list of parts, {@code
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

  /** Say something that no agent answers. */
  record Chat(CommandId id, ThreadId thread, RawJson content) implements Appending {
    @Override
    public void dispatch(Handler handler) {
      handler.chat(this);
    }
  }

  /**
   * Stop a run, named by its id or by the command that started it, or take back a message that
   * waits, named by its command: exactly one of the two.
   */
  record CancelRun(
      CommandId id, @Nullable RunId run, @Nullable CommandId started, @Nullable String reason)
      implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.cancelRun(this);
    }
  }

  /** Where to read a thread on from: nothing = from now, 0 = from the oldest kept. */
  record Position(ThreadId thread, OptionalLong after, @Nullable Epoch epoch) {

    /** Why a log that stands like this cannot be read on from here, if so. */
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

  /** Read threads on; the newest subscribe of a thread wins. */
  record Subscribe(CommandId id, List<Position> threads, int rollupMillis)
      implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.subscribe(this);
    }
  }

  /** Read these threads no longer. */
  record Unsubscribe(CommandId id, List<ThreadId> threads) implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.unsubscribe(this);
    }
  }

  /** Go on with a newer token of the same user. */
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

  /** Is anybody there? */
  record Ping(@Nullable CommandId id) implements ClientCommand {
    @Override
    public void dispatch(Handler handler) {
      handler.ping(this);
    }
  }
}
