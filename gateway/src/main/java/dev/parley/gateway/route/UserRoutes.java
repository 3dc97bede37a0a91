package dev.parley.gateway.route;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.UserContext;
import dev.parley.gateway.user.UserContexts;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.read.Reader;
import dev.parley.gateway.user.read.Subscriber;
import java.util.concurrent.CompletionStage;

/** Leads connections to the contexts of their users. */
public final class UserRoutes implements Routes, Calls {

  private final UserContexts contexts;

  public UserRoutes(UserContexts contexts) {
    this.contexts = contexts;
  }

  @Override
  public Route open(Principal principal, Subscriber subscriber) {
    UserContext context = contexts.of(principal.user());
    Reader reader = context.attach(principal, subscriber);
    context.welcome(reader);
    return new UserRoute(contexts.home(principal.user()), reader, new Router(context, reader));
  }

  /** As on a connection that is open for one command. */
  @Override
  public CompletionStage<ServerSignal> call(Principal principal, ClientCommand command) {
    Home home = contexts.home(principal.user());
    Caller caller = new Caller();
    home.execute(
        () -> {
          UserContext context = contexts.of(principal.user());
          Reader reader = context.attach(principal, caller);
          new Router(context, reader).take(command);
          var ignored = caller.reply().whenComplete((reply, fault) -> home.execute(reader::detach));
        });
    return caller.reply();
  }

  private record UserRoute(Home home, Reader reader, Router router) implements Route {

    @Override
    public void dispatch(ClientCommand command) {
      router.take(command);
    }

    @Override
    public void refresh(CommandId command, Principal renewed) {
      router.refresh(command, renewed);
    }

    @Override
    public void ask(int bytes) {
      reader.ask(bytes);
    }

    // Not within the call that closes: readers may be walked through there.
    @Override
    public void close() {
      home.execute(reader::detach);
    }
  }
}
