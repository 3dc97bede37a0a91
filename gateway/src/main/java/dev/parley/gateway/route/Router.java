package dev.parley.gateway.route;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.ClientCommand.Position;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.protocol.ThreadId;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.UserContext;
import dev.parley.gateway.user.UserContexts;
import dev.parley.gateway.user.command.Commands;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.read.Subscriber;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the use case of each command of one connection: one method for each type. Commands are
 * dispatched in the order sent: each one waits until the one before has its place among the commits
 * of its thread. Used at the user's home only.
 */
public final class Router implements Route, ClientCommand.Handler {

  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final Home home;
  private final UserContext context;
  private final Reader reader;
  private final Queue<Runnable> waiting = new ArrayDeque<>();

  /** When the command that is dispatched came. */
  private long receivedNanos;

  /** Its span. */
  private TraceSpan span = TraceSpan.NONE;

  private boolean isBusy;
  private boolean isDispatching;

  Router(Home home, UserContext context, Reader reader) {
    this.home = home;
    this.context = context;
    this.reader = reader;
  }

  /** Opens the route of a connection, as {@link Route.Opener} says. */
  public static Route open(UserContexts contexts, Principal principal, Subscriber subscriber) {
    UserContext context = contexts.of(principal.user());
    Reader reader = context.attach(principal, subscriber);
    context.welcome(reader);
    return new Router(contexts.home(principal.user()), context, reader);
  }

  @Override
  public void dispatch(ClientCommand command) {
    long nanos = home.nanoTime();
    waiting.add(
        () -> {
          receivedNanos = nanos;
          span = context.commands().begin(command, nanos);
          command.dispatch(this);
        });
    next();
  }

  /** The newer token, already verified, is queued among the commands. */
  @Override
  public void refresh(CommandId command, Principal renewed) {
    waiting.add(
        () ->
            reader
                .unanswered()
                .whenNone(
                    () -> {
                      reader.reply(context.refresh(reader, command, renewed));
                      done();
                    }));
    next();
  }

  @Override
  public void ask(int bytes) {
    reader.ask(bytes);
  }

  // Not within the call that closes: the caller may be iterating over the readers.
  @Override
  public void close() {
    home.execute(reader::detach);
  }

  private void done() {
    isBusy = false;
    next();
  }

  // A loop, not a recursion: most commands are done before their dispatch returns.
  private void next() {
    if (isDispatching) {
      return;
    }
    isDispatching = true;
    try {
      while (!isBusy && !waiting.isEmpty()) {
        isBusy = true;
        waiting.remove().run();
      }
    } catch (RuntimeException | Error fault) {
      // What the command has done is unknown. The router stays busy, so no later command runs.
      LOG.error("a command failed", fault);
      waiting.clear();
      reader.close(CloseReason.FAULT);
    } finally {
      isDispatching = false;
    }
  }

  @Override
  public void authenticate(ClientCommand.Authenticate command) {
    misplaced(
        command.id(),
        "type: authenticate (expected: only as the first frame of a connection without token)");
  }

  @Override
  public void refreshToken(ClientCommand.RefreshToken command) {
    misplaced(command.id(), "type: refresh_token (expected: only on a connection)");
  }

  private void misplaced(@Nullable CommandId id, String message) {
    Refusal refusal = Refusal.at(ErrorCode.INVALID_ARGUMENT, "/type", message);
    reader.reply(ServerSignal.refused(id, null, refusal));
    done();
  }

  @Override
  public void startAgent(ClientCommand.StartAgent command) {
    if (may(Scope.AGENT, command.id(), command.thread())) {
      context.commands().startAgent(reader, command, receivedNanos, span, this::done);
    }
  }

  @Override
  public void userMessage(ClientCommand.UserMessage command) {
    if (may(Scope.CHAT, command.id(), command.thread())
        && (command.agent() == null || may(Scope.AGENT, command.id(), command.thread()))) {
      context.commands().userMessage(reader, command, receivedNanos, span, this::done);
    }
  }

  @Override
  public void chat(ClientCommand.Chat command) {
    if (may(Scope.CHAT, command.id(), command.thread())) {
      context.commands().chat(reader, command, receivedNanos, span, this::done);
    }
  }

  @Override
  public void setTitle(ClientCommand.SetTitle command) {
    if (may(Scope.CHAT, command.id(), command.thread())) {
      context.commands().setTitle(reader, command, receivedNanos, span, this::done);
    }
  }

  @Override
  public void cancelRun(ClientCommand.CancelRun command) {
    if (may(Scope.CHAT, command.id(), null)) {
      context.commands().cancelRun(reader, command, span);
      done();
    }
  }

  @Override
  public void subscribe(ClientCommand.Subscribe command) {
    if (may(Scope.CHAT, command.id(), null)) {
      List<ThreadId> threads = command.threads().stream().map(Position::thread).toList();
      reader
          .unanswered()
          .whenNone(threads, () -> context.subscriptions().subscribe(reader, command, this::done));
    }
  }

  @Override
  public void unsubscribe(ClientCommand.Unsubscribe command) {
    reader
        .unanswered()
        .whenNone(
            command.threads(),
            () -> {
              context.subscriptions().unsubscribe(reader, command);
              done();
            });
  }

  @Override
  public void ack(ClientCommand.Ack command) {
    if (may(Scope.CHAT, command.id(), command.thread())) {
      if (command.thread().isInbox()) {
        context.inbox().ack(reader, command, this::done);
      } else {
        context.acks().ack(reader, command, this::done);
      }
    }
  }

  @Override
  public void ping(ClientCommand.Ping command) {
    reader.reply(new ServerSignal.Pong(command.id()));
    done();
  }

  private boolean may(Scope scope, @Nullable CommandId id, @Nullable ThreadId thread) {
    if (reader.principal().has(scope)) {
      return true;
    }
    String needed = "scope: missing (expected: a token with scope " + scope.wire() + ")";
    Refusal refusal = Refusal.of(ErrorCode.FORBIDDEN, needed);
    reader.reply(ServerSignal.refused(id, thread, refusal));
    Commands.refused(span, refusal);
    done();
    return false;
  }
}
