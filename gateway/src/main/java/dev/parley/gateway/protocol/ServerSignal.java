package dev.parley.gateway.protocol;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A message to one connection, without a seq and not stored (protocol, "Signals"). */
public sealed interface ServerSignal {

  /** Calls the handler's method for this type of signal. */
  void dispatch(Handler handler);

  /** One method for each type of signal. */
  interface Handler {
    void welcome(Welcome signal);

    void accepted(Accepted signal);

    void refreshed(Refreshed signal);

    void rejected(Rejected signal);

    void subscribed(Subscribed signal);

    void caughtUp(CaughtUp signal);

    void gap(Gap signal);

    void acknowledged(Acknowledged signal);

    void heartbeat(Heartbeat signal);

    void tokenExpiring(TokenExpiring signal);

    void goAway(GoAway signal);

    void pong(Pong signal);

    void error(Failure signal);
  }

  /**
   * The answer to a refused frame: {@code rejected} when the id of its command is known, else
   * {@code error}.
   */
  static ServerSignal refused(@Nullable CommandId id, @Nullable ThreadId thread, Refusal refusal) {
    return id == null ? new Failure(refusal) : new Rejected(id, thread, refusal);
  }

  /** Why a frame was refused; null for every signal that is no refusal. */
  default @Nullable Refusal refusalOrNull() {
    if (this instanceof Rejected rejected) {
      return rejected.refusal();
    }
    return this instanceof Failure failure ? failure.refusal() : null;
  }

  /** The limits of the user's tier. */
  record Limits(
      int commandsPerMinute,
      int burst,
      int connections,
      int openRuns,
      int subscriptions,
      long storedBytes,
      int threads) {}

  /** A run that is open when the welcome is sent. */
  record OpenRun(ThreadId thread, RunId run, AgentName agent, Epoch epoch, long head) {}

  /** The first frame of every connection. */
  record Welcome(
      ConnectionId connection,
      String user,
      String tier,
      Instant serverTime,
      long heartbeatMillis,
      int maxFrameBytes,
      Limits limits,
      List<OpenRun> openRuns)
      implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.welcome(this);
    }
  }

  /**
   * A command was accepted; {@code seq} is that of its message, {@code state} that of a run.
   *
   * @param deletedLife the epoch of the seq, if the thread was deleted after the command
   */
  record Accepted(
      CommandId id,
      @Nullable ThreadId thread,
      @Nullable Long seq,
      @Nullable RunId run,
      @Nullable String state,
      boolean duplicate,
      @Nullable Epoch deletedLife)
      implements ServerSignal {

    /** The answer to a command whose thread was not deleted. */
    public Accepted(
        CommandId id,
        @Nullable ThreadId thread,
        @Nullable Long seq,
        @Nullable RunId run,
        @Nullable String state,
        boolean duplicate) {
      this(id, thread, seq, run, state, duplicate, null);
    }

    /** An answer without any detail. */
    public static Accepted plain(CommandId id) {
      return new Accepted(id, null, null, null, null, false);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.accepted(this);
    }
  }

  /**
   * A newer token is in use: {@code accepted} on the wire.
   *
   * @param dropped the threads whose subscriptions ended, because the token does not allow them
   */
  record Refreshed(
      CommandId id, Instant expiresAt, String tier, Limits limits, List<ThreadId> dropped)
      implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.refreshed(this);
    }
  }

  /** A command was refused and had no effect. */
  record Rejected(CommandId id, @Nullable ThreadId thread, Refusal refusal)
      implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.rejected(this);
    }
  }

  /** A subscription starts after the seq {@code after}. */
  record Subscribed(
      @Nullable CommandId id, ThreadId thread, Epoch epoch, long oldest, long head, long after)
      implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.subscribed(this);
    }
  }

  /** The replay has reached the head of the thread. */
  record CaughtUp(ThreadId thread, long seq) implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.caughtUp(this);
    }
  }

  /** Why a client's cursor is not valid any more. */
  enum GapReason implements WireName {
    RETENTION,
    EPOCH_CHANGED,
    CURSOR_AHEAD;

    private final String wire = name().toLowerCase(Locale.ROOT);

    @Override
    public String wire() {
      return wire;
    }
  }

  /** The client must drop its events of the thread: a replay from {@code oldest} follows. */
  record Gap(ThreadId thread, GapReason reason, Epoch epoch, long oldest) implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.gap(this);
    }
  }

  /** The person has seen the thread up to this seq, on another device. */
  record Acknowledged(ThreadId thread, long seq) implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.acknowledged(this);
    }
  }

  /** A heartbeat, with the heads that changed since the last one. */
  record Heartbeat(Map<ThreadId, Long> heads) implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.heartbeat(this);
    }
  }

  /** The connection will be closed at this time unless it gets a newer token. */
  record TokenExpiring(Instant expiresAt) implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.tokenExpiring(this);
    }
  }

  /** The gateway will close this connection; reconnect after {@code reconnectAfterMillis}. */
  record GoAway(String reason, long reconnectAfterMillis) implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.goAway(this);
    }
  }

  /** The answer to a ping. */
  record Pong(@Nullable CommandId id) implements ServerSignal {
    @Override
    public void dispatch(Handler handler) {
      handler.pong(this);
    }
  }

  /**
   * An {@code error} on the wire: the answer to a frame without a usable id. With a thread, it
   * tells that the connection's subscription to this thread has ended.
   */
  record Failure(@Nullable ThreadId thread, Refusal refusal) implements ServerSignal {
    /** The answer to a frame. */
    public Failure(Refusal refusal) {
      this(null, refusal);
    }

    @Override
    public void dispatch(Handler handler) {
      handler.error(this);
    }
  }
}
