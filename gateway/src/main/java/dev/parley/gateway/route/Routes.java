package dev.parley.gateway.route;

import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.user.read.Subscriber;

/** Leads each authenticated connection to its user. Called at the user's home. */
@FunctionalInterface
public interface Routes {

  /** Opens the way of a connection; the welcome reaches the subscriber before it returns. */
  Route open(Principal principal, Subscriber subscriber);
}
