package dev.parley.gateway.user.inbox;

import java.util.Set;
import java.util.concurrent.CompletionStage;

/** The users of this gateway who have a connection now. Callable from any thread. */
public interface OnlineUsers {

  /** The {@code sub} of each user of the tenant who has a connection. */
  CompletionStage<Set<String>> subjects(String tenant);

  /** Lets each of them look for new broadcasts, a few at a time. Does not wait. */
  void look(String tenant);

  /** The same for the users of all tenants. */
  void lookAll();
}
