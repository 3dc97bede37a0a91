package dev.parley.gateway.route;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.user.Subscriber;

/** Leads each authenticated connection to its user. Callable from any event loop. */
@FunctionalInterface
public interface Routes {

  /**
   * Opens the way of a connection that may now be written to. Returns at once; the welcome may
   * reach the subscriber before.
   */
  Route open(Principal principal, Subscriber subscriber);
}
