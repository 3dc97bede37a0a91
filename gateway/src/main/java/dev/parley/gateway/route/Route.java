package dev.parley.gateway.route;

import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Principal;

/**
 * The way from one authenticated connection to its user's context. All methods are called at the
 * user's home; replies and answers may reach the subscriber before they return.
 */
public interface Route {

  /** Carries a command out; exactly one reply follows, unless the connection closes before. */
  void dispatch(ClientCommand command);

  /** Goes on with a newer token of the same user; exactly one reply follows, in order. */
  void refresh(CommandId command, Principal renewed);

  /**
   * Asks for events: at most so many bytes, or one event if that is larger. One answer follows as
   * soon as there is something; until then no other ask may be made.
   */
  void ask(int bytes);

  /** The connection has closed. Called exactly once. */
  void close();
}
