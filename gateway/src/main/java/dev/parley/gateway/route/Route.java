package dev.parley.gateway.route;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.user.read.Subscriber;

/**
 * Carries what one authenticated connection asks for to its user's context. All methods are called
 * at the user's home; replies and answers may reach the subscriber before they return.
 */
public interface Route {

  /** Opens the route of a new connection. Called at the user's home. */
  @FunctionalInterface
  interface Opener {

    /** The welcome reaches the subscriber before this returns. */
    Route open(Principal principal, Subscriber subscriber);
  }

  /** Carries a command out; exactly one reply follows, unless the connection closes before. */
  void dispatch(ClientCommand command);

  /** Replaces the token by a newer one of the same user; exactly one reply follows, in order. */
  void refresh(CommandId command, Principal renewed);

  /**
   * Asks for events: for at most this many bytes, or for one event if that is larger. One answer
   * follows as soon as there is an event. Until then no other ask may be made.
   */
  void ask(int bytes);

  /** The connection has closed. Called exactly once. */
  void close();
}
