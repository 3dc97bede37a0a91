package dev.parley.gateway.route;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.Home;
import dev.parley.gateway.user.Reader;
import dev.parley.gateway.user.Subscriber;
import dev.parley.gateway.user.UserContext;
import dev.parley.gateway.user.UserContexts;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Leads connections to the contexts of their users: the one hop of a message, to its home. */
public final class UserRoutes implements Routes, Calls {

  private final UserContexts contexts;

  public UserRoutes(UserContexts contexts) {
    this.contexts = contexts;
  }

  @Override
  public Route open(Principal principal, Subscriber subscriber) {
    UserRoute route = new UserRoute(contexts.home(principal.user()));
    route.home.execute(() -> route.attach(contexts.of(principal.user()), principal, subscriber));
    return route;
  }

  /** As on a connection that is open for one command. */
  @Override
  public CompletionStage<ServerSignal> call(Principal principal, ClientCommand command) {
    Caller caller = new Caller();
    Route route = open(principal, caller);
    route.dispatch(command);
    return caller.reply().whenComplete((reply, failure) -> route.close());
  }

  /** One connection's way; its fields but {@code home} are used at home only. */
  private static final class UserRoute implements Route {

    private final Home home;
    private @Nullable Reader reader;
    private @Nullable Router router;

    UserRoute(Home home) {
      this.home = home;
    }

    // The first task this route gives its home, so that all others find reader and router.
    void attach(UserContext context, Principal principal, Subscriber subscriber) {
      Reader attached = context.attach(principal, subscriber);
      reader = attached;
      router = new Router(context, attached);
    }

    @Override
    public void dispatch(ClientCommand command) {
      home.execute(
          () -> {
            if (router != null) {
              router.take(command);
            }
          });
    }

    @Override
    public void refresh(CommandId command, Principal renewed) {
      home.execute(
          () -> {
            if (router != null) {
              router.refresh(command, renewed);
            }
          });
    }

    @Override
    public void ask(int bytes) {
      home.execute(
          () -> {
            if (reader != null) {
              reader.ask(bytes);
            }
          });
    }

    @Override
    public void close() {
      home.execute(
          () -> {
            if (reader != null) {
              reader.detach();
            }
          });
    }
  }
}
