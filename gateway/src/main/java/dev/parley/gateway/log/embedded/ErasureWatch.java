package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.BroadcastKey;
import dev.parley.gateway.protocol.UserId;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What changes between the moment when the records of a user are read, to be erased, and the
 * erasure. It watches one user at a time. On the committer's thread only.
 */
final class ErasureWatch {

  /** From so many on, all broadcasts are read again. */
  static final int MAX_BROADCASTS = 1_000;

  private final Set<BroadcastKey> broadcasts = new HashSet<>();
  private @Nullable UserId user;
  private boolean isChanged;

  /** Watches this user from now on, in place of any other. */
  void begin(UserId next) {
    end();
    user = next;
  }

  /** Something of a thread of this user changes. */
  void changed(UserId of) {
    isChanged |= of.equals(user);
  }

  /** This broadcast changes, or is a new one. */
  void changed(BroadcastKey key) {
    if (user != null && user.tenant().equals(key.tenant())) {
      broadcasts.add(key);
      if (broadcasts.size() > MAX_BROADCASTS) {
        end();
      }
    }
  }

  boolean isWatching(UserId asked) {
    return asked.equals(user);
  }

  /** Whether the user is watched, and none of the user's threads has changed. */
  boolean isUnchanged(UserId asked) {
    return isWatching(asked) && !isChanged;
  }

  /** The broadcasts of the watched user's tenant that have changed. */
  Set<BroadcastKey> broadcasts() {
    return broadcasts;
  }

  void end() {
    user = null;
    isChanged = false;
    broadcasts.clear();
  }
}
