package dev.parley.gateway.transport;

import dev.parley.gateway.auth.Revocations;
import dev.parley.gateway.codec.CommandTypes;
import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.live.LiveConnection;
import dev.parley.gateway.live.LiveConnection.Facts;
import dev.parley.gateway.live.LiveConnection.Sources;
import dev.parley.gateway.live.LiveConnections;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.route.Route;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;
import io.netty.channel.Channel;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One live socket of a user. Called at the user's home, which is the channel's loop. */
final class Connection implements Subscriber {

  private static final Logger LOG = LoggerFactory.getLogger(Connection.class);

  private final ConnectionId id;
  private final Channel channel;
  private final FrameWriter writer;
  private final Closer closer;
  private final int maxUnanswered;
  private final Metrics metrics;
  private @Nullable Route route;
  private @Nullable Feed feed;
  private @Nullable Frame afterWelcome;
  private @Nullable CloseReason afterAnswers;
  private String tier = "";
  private @Nullable LiveConnections live;
  private @Nullable Revocations revocations;
  private @Nullable Facts facts;
  private @Nullable LiveConnection listed;
  private final CommandNames names;
  private boolean isWelcome;
  private boolean isHeld;
  private int unanswered;

  Connection(ConnectionId id, Channel channel, Closer closer, int maxUnanswered, Metrics metrics) {
    this.id = id;
    this.channel = channel;
    this.writer = closer.writer();
    this.closer = closer;
    this.maxUnanswered = maxUnanswered;
    this.names = new CommandNames();
    this.metrics = metrics;
  }

  Closer closer() {
    return closer;
  }

  /**
   * Lists it under these facts from the moment when it is opened until it begins to close. Its
   * token may be revoked between its verification and that moment: then it is closed.
   */
  void listIn(LiveConnections open, Facts ownFacts, Revocations revoked) {
    live = open;
    facts = ownFacts;
    revocations = revoked;
  }

  /** Opens the route to the user; nothing is read before the welcome. */
  void open(Principal principal, Route.Opener routes) {
    tier = principal.tier();
    metrics.connectionOpened(tier);
    UserId user = principal.user();
    writer.account(metrics.outbound().open(user.tenant(), user.subject(), id.value()));
    writer.afterFlush(this::roomChanged);
    closer.onClose(
        reason -> {
          metrics.connectionClosed(tier, reason);
          unlist();
          end();
        });
    list(principal);
    closeIfRevoked(principal);
    if (closer.isClosing()) {
      return;
    }
    Route opened = routes.open(principal, this);
    route = opened;
    feed = new Feed(opened, writer);
    if (closer.isClosing()) {
      end(); // closed while it was opened
    } else {
      roomChanged();
    }
  }

  private void list(Principal principal) {
    if (live != null && facts != null) {
      Sources sources =
          new Sources(
              writer.counts(), writer::waiting, () -> channel.eventLoop().ticker().nanoTime());
      listed = new LiveConnection(facts, principal, sources, this::closeFromAnywhere);
      live.add(listed);
    }
  }

  /** Asked after the token is listed: whoever revokes it later finds the connection there. */
  private void closeIfRevoked(Principal principal) {
    if (revocations != null && revocations.isRevoked(principal)) {
      closer.close(CloseReason.REVOKED);
    }
  }

  private CompletionStage<Boolean> closeFromAnywhere(CloseReason reason) {
    CompletableFuture<Boolean> begun = new CompletableFuture<>();
    HomeMove.execute(
        channel,
        () -> {
          boolean isOpen = !closer.isClosing();
          closer.close(reason);
          begun.complete(isOpen);
        });
    return begun;
  }

  private void unlist() {
    if (live != null && listed != null) {
      live.remove(listed);
    }
  }

  private void end() {
    if (route != null && feed != null) {
      feed.end();
      route.close();
    }
  }

  void dispatch(ClientCommand command) {
    writer.check();
    if (route == null || closer.isClosing()) {
      return;
    }
    String type = CommandTypes.of(command);
    metrics.commandReceived(type);
    names.add(command.id(), type);
    unanswered++;
    route.dispatch(command);
    updateReading();
  }

  /** A newer token of the same user has been verified. */
  void refresh(CommandId command, Principal renewed) {
    writer.check();
    if (route == null || closer.isClosing()) {
      return;
    }
    if (listed != null) {
      listed.renewed(renewed);
    }
    closeIfRevoked(renewed);
    if (closer.isClosing()) {
      return;
    }
    unanswered++;
    route.refresh(command, renewed);
    updateReading();
  }

  /** The token will expire: the client is told now, or after the welcome. */
  void expiring(Instant at) {
    Frame frame = Frame.of(MessageCodec.encode(new ServerSignal.TokenExpiring(at)));
    if (isWelcome) {
      write(frame);
    } else {
      afterWelcome = frame;
    }
  }

  /** There may be more or fewer bytes to write than before. */
  void roomChanged() {
    writer.check();
    updateReading();
    if (feed != null && isWelcome) {
      feed.ask();
    }
  }

  /** Nothing is read while it is held, whatever else allows reading. */
  void holdReading(boolean held) {
    if (isHeld != held) {
      isHeld = held;
      updateReading();
    }
  }

  private void updateReading() {
    if (closer.isClosing()) {
      return;
    }
    boolean reads =
        isWelcome && !isHeld && route != null && unanswered < maxUnanswered && writer.room() > 0;
    if (channel.config().isAutoRead() != reads) {
      channel.config().setAutoRead(reads);
    }
  }

  @Override
  public ConnectionId id() {
    return id;
  }

  @Override
  public void welcome(Frame frame) {
    isWelcome = true;
    long nanos = HandshakeTime.take(channel);
    if (nanos >= 0) {
      metrics.latencies().handshake(tier).record(nanos);
    }
    write(frame);
    if (afterWelcome != null) {
      write(afterWelcome);
    }
    roomChanged();
  }

  /** Dispatches this command in place of a welcome; its reply is the first frame. */
  void begin(ClientCommand command) {
    isWelcome = true;
    dispatch(command);
    roomChanged();
  }

  @Override
  public void reply(ServerSignal signal) {
    unanswered--;
    count(signal);
    write(Frame.of(MessageCodec.encode(signal)));
    updateReading();
    closeIfAnswered();
  }

  /** Answers a command that never reaches the route. */
  void reject(ServerSignal signal) {
    count(signal);
    write(Frame.of(MessageCodec.encode(signal)));
  }

  private void count(ServerSignal signal) {
    Refusal refusal = signal.refusalOrNull();
    if (refusal != null) {
      metrics.commandRefused(refusal.code().wire());
      if (live != null && facts != null) {
        CommandId of = signal instanceof ServerSignal.Rejected rejected ? rejected.id() : null;
        live.errors().refused(facts.user(), refusal.code(), of == null ? null : names.of(of));
      }
    }
  }

  @Override
  public void done() {
    unanswered--;
    updateReading();
    closeIfAnswered();
  }

  @Override
  public void signal(Frame frame) {
    write(frame);
  }

  @Override
  public void answer(Answer answer) {
    try {
      writer.texts(answer.frames());
      if (answer.onWritten() != null) {
        writer.whenWritten(answer.onWritten());
      }
    } catch (RuntimeException | Error fault) {
      failed(fault);
    } finally {
      answer.taken();
    }
    if (feed != null) {
      feed.answered();
    }
  }

  private void write(Frame frame) {
    try {
      writer.text(frame);
    } catch (RuntimeException | Error fault) {
      failed(fault);
    }
  }

  // Not thrown: whoever gives a frame has other connections to give it to, and more to do.
  private void failed(Throwable fault) {
    LOG.error("{}: a frame was not written: {}", id, FailureHandler.nameOf(fault));
    closer.close(CloseReason.FAULT);
  }

  @Override
  public void subscriptions(int now) {
    writer.counts().subscriptions(now);
  }

  /** Closes after the answers to all commands so far. */
  void closeWhenAnswered(CloseReason reason) {
    if (afterAnswers == null) {
      afterAnswers = reason;
      closeIfAnswered();
    }
  }

  private void closeIfAnswered() {
    if (afterAnswers != null && unanswered == 0) {
      closer.close(afterAnswers);
    }
  }

  @Override
  public void close(CloseReason reason) {
    closer.close(reason);
  }
}
