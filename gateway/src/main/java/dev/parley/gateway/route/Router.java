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
import dev.parley.gateway.user.UserContext;
import dev.parley.gateway.user.read.Reader;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses the use case of each command of one connection: one method for each type. The next
 * command is looked at when the one before has its place in the order of things. Used at the user's
 * home only.
 */
final class Router implements ClientCommand.Handler {

  private static final Logger LOG = LoggerFactory.getLogger(Router.class);

  private final UserContext context;
  private final Reader reader;
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private boolean busy;
  private boolean looking;

  Router(UserContext context, Reader reader) {
    this.context = context;
    this.reader = reader;
  }

  void take(ClientCommand command) {
    waiting.add(() -> command.dispatch(this));
    next();
  }

  /** A newer token, already verified, takes its turn among the commands. */
  void refresh(CommandId command, Principal renewed) {
    waiting.add(
        () ->
            reader
                .unanswered()
                .whenNone(
                    () -> {
                      reader.reply(context.refresh(reader, command, renewed));
                      taken();
                    }));
    next();
  }

  private void taken() {
    busy = false;
    next();
  }

  // A loop, not a recursion: most commands are taken before their dispatch returns.
  private void next() {
    if (looking) {
      return;
    }
    looking = true;
    try {
      while (!busy && !waiting.isEmpty()) {
        busy = true;
        waiting.remove().run();
      }
    } catch (RuntimeException fault) {
      // Nobody knows what the command has done; busy as it stays, nothing comes behind it.
      LOG.error("a command failed", fault);
      waiting.clear();
      reader.close(CloseReason.FAULT);
    } finally {
      looking = false;
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
    taken();
  }

  @Override
  public void startAgent(ClientCommand.StartAgent command) {
    if (may(Scope.AGENT, command.id(), command.thread())) {
      context.commands().startAgent(reader, command, this::taken);
    }
  }

  @Override
  public void userMessage(ClientCommand.UserMessage command) {
    if (may(Scope.CHAT, command.id(), command.thread())
        && (command.agent() == null || may(Scope.AGENT, command.id(), command.thread()))) {
      context.commands().userMessage(reader, command, this::taken);
    }
  }

  @Override
  public void chat(ClientCommand.Chat command) {
    if (may(Scope.CHAT, command.id(), command.thread())) {
      context.commands().chat(reader, command, this::taken);
    }
  }

  @Override
  public void cancelRun(ClientCommand.CancelRun command) {
    if (may(Scope.CHAT, command.id(), null)) {
      context.commands().cancelRun(reader, command);
      taken();
    }
  }

  @Override
  public void subscribe(ClientCommand.Subscribe command) {
    if (may(Scope.CHAT, command.id(), null)) {
      List<ThreadId> threads = command.threads().stream().map(Position::thread).toList();
      reader
          .unanswered()
          .whenNone(threads, () -> context.subscriptions().subscribe(reader, command, this::taken));
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
              taken();
            });
  }

  @Override
  public void ping(ClientCommand.Ping command) {
    reader.reply(new ServerSignal.Pong(command.id()));
    taken();
  }

  private boolean may(Scope scope, CommandId id, @Nullable ThreadId thread) {
    if (reader.principal().has(scope)) {
      return true;
    }
    String needed = "scope: missing (expected: a token with scope " + scope.wire() + ")";
    reader.reply(new ServerSignal.Rejected(id, thread, Refusal.of(ErrorCode.FORBIDDEN, needed)));
    taken();
    return false;
  }
}
