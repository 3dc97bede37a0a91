package dev.parley.gateway.route;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.UserContext;
import dev.parley.gateway.user.UserContexts;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.read.Answer;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.read.Subscriber;
import dev.parley.gateway.user.thread.Frame;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One command that comes without a connection, over HTTP. It goes to the user's home and is carried
 * out there as on a connection, but without a welcome, a heartbeat or events.
 */
public final class SingleCommand implements Subscriber {

  /** Never shown to a client. */
  private static final ConnectionId ID = new ConnectionId("c_call");

  private final CompletableFuture<Optional<ServerSignal>> reply = new CompletableFuture<>();

  private SingleCommand() {}

  /**
   * Carries the command out. Callable from any thread.
   *
   * @return the reply that a connection of the same user would get, if the type of the command has
   *     one; it completes at the user's home when the command is carried out, and fails when an
   *     internal error leaves the command without a reply
   */
  public static CompletionStage<Optional<ServerSignal>> run(
      UserContexts contexts, Principal principal, ClientCommand command) {
    Home home = contexts.home(principal.user());
    SingleCommand call = new SingleCommand();
    home.execute(
        () -> {
          UserContext context = contexts.of(principal.user());
          Reader reader = context.attach(principal, call);
          new Router(home, context, reader).dispatch(command);
          var ignored = call.reply.whenComplete((reply, fault) -> home.execute(reader::detach));
        });
    return call.reply;
  }

  @Override
  public ConnectionId id() {
    return ID;
  }

  @Override
  public void reply(ServerSignal signal) {
    reply.complete(Optional.of(signal));
  }

  @Override
  public void done() {
    reply.complete(Optional.empty());
  }

  @Override
  public void close(CloseReason reason) {
    reply.completeExceptionally(new IllegalStateException("command: closed with " + reason));
  }

  @Override
  public void welcome(Frame frame) {}

  @Override
  public void signal(Frame frame) {}

  @Override
  public void subscriptions(int now) {}

  @Override
  public void answer(Answer answer) {
    answer.taken();
  }
}
