package dev.parley.gateway.user;

import dev.parley.gateway.protocol.UserId;
import dev.parley.gateway.user.home.Home;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Lets the users who are online at one home look for new broadcasts. A bounded number of them is at
 * work in the log at once, so that the home's other work goes on, and the commits of others do not
 * wait after those of all. Used at that home only.
 */
final class BroadcastRound {

  private static final int AT_ONCE = 64;
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final Home home;
  private final Map<UserId, UserContext> contexts;
  private final Set<UserId> waiting = new LinkedHashSet<>();
  private final Set<UserContext> atWork = new HashSet<>();
  private boolean isPausing;

  /** Looks at these contexts, as they are then. */
  BroadcastRound(Home home, Map<UserId, UserContext> contexts) {
    this.home = home;
    this.contexts = contexts;
  }

  /** The users of the tenant who have a connection. */
  List<UserId> online(String tenant) {
    return online().filter(user -> user.tenant().equals(tenant)).toList();
  }

  private Stream<UserId> online() {
    home.check();
    return contexts.entrySet().stream()
        .filter(each -> each.getValue().isConnected())
        .map(Map.Entry::getKey);
  }

  /** Lets each of them look for new broadcasts, after the users who already wait for that. */
  void begin(String tenant) {
    waiting.addAll(online(tenant));
    next();
  }

  /** The same for the users of all tenants. */
  void beginForAll() {
    online().forEach(waiting::add);
    next();
  }

  private void next() {
    if (isPausing) {
      return;
    }
    atWork.removeIf(each -> !each.inbox().isAtWork());
    for (UserId user : waiting.stream().limit(AT_ONCE - atWork.size()).toList()) {
      waiting.remove(user);
      UserContext context = contexts.get(user);
      if (context != null) {
        atWork.add(context);
        context.inbox().look();
      }
    }
    if (!waiting.isEmpty()) {
      isPausing = true;
      var ignored =
          home.schedule(
              PAUSE,
              () -> {
                isPausing = false;
                next();
              });
    } else {
      atWork.clear();
    }
  }
}
