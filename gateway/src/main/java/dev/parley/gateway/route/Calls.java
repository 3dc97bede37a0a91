package dev.parley.gateway.route;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import java.util.concurrent.CompletionStage;

/** Carries out single commands that come without a connection. Callable from any thread. */
@FunctionalInterface
public interface Calls {

  /**
   * The answer that a connection of the same bearer would get. It completes at the user's home, and
   * fails when a fault of the gateway keeps it from being given.
   */
  CompletionStage<ServerSignal> call(Principal principal, ClientCommand command);
}
