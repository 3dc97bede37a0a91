package dev.parley.gateway.notify;

import dev.parley.gateway.limit.TenantShare;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.protocol.UserId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The hooks in memory: those that are sent, and those whose next attempt waits. A user has a few of
 * them, or more while the tenant has few, and a tenant no more than it leaves for all, so that
 * hooks which are tried for hours keep no place from those of others. What is due is read in
 * rounds, a page at a time; of one user, the first that is due is taken first. On the notifier's
 * thread only.
 */
final class KnownHooks {

  static final int MAX = 4_096;

  /** That each user may have, whatever the others of the tenant have. */
  static final int MIN_OF_USER = 16;

  /** Of which a user has no more beyond the minimum than it leaves for all others of the tenant. */
  static final int MAX_OF_USERS = 1_024;

  private final int page;
  private final Set<RunHook> hooks = new HashSet<>();
  private final Map<UserId, Integer> ofUser = new HashMap<>();
  private final Map<String, Integer> ofTenant = new HashMap<>();

  /** Those of whom a hook was left out in this round: their later ones have to wait, too. */
  private final Set<UserId> leftOut = new HashSet<>();

  private @Nullable RunHook last;

  /**
   * None yet.
   *
   * @param page how many are read at once; a shorter page is the last of a round
   */
  KnownHooks(int page) {
    this.page = page;
  }

  /** The last hook of the page before; null when a round begins. */
  @Nullable RunHook last() {
    return last;
  }

  /** Takes what there is room for of the next page that is due, and tells which hooks these are. */
  List<RunHook> take(List<RunHook> due) {
    if (last == null) {
      leftOut.clear();
    }
    List<RunHook> taken = new ArrayList<>();
    for (RunHook each : due) {
      if (hooks.contains(each)) {
        continue;
      }
      UserId user = each.thread().user();
      if (!leftOut.contains(user) && hasRoom(user)) {
        hooks.add(each);
        count(user, 1);
        taken.add(each);
      } else {
        leftOut.add(user);
      }
    }
    last = due.size() < page ? null : due.get(due.size() - 1);
    return taken;
  }

  private boolean hasRoom(UserId user) {
    int own = ofUser.getOrDefault(user, 0);
    int all = ofTenant.getOrDefault(user.tenant(), 0);
    return (own < MIN_OF_USER || TenantShare.fits(own, all, 1, MAX_OF_USERS))
        && TenantShare.fits(all, hooks.size(), 1, MAX);
  }

  /**
   * The hook has ended.
   *
   * @return whether it is time to look for others of its user
   */
  boolean remove(RunHook hook) {
    UserId user = hook.thread().user();
    if (hooks.remove(hook)) {
      count(user, -1);
    }
    return leftOut.contains(user) && ofUser.getOrDefault(user, 0) <= MIN_OF_USER / 2;
  }

  private void count(UserId user, int more) {
    add(ofUser, user, more);
    add(ofTenant, user.tenant(), more);
  }

  private static <K> void add(Map<K, Integer> counts, K key, int more) {
    counts.merge(key, more, (before, added) -> before + added == 0 ? null : before + added);
  }
}
