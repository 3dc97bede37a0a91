package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/** The heads used last, as they are on the disk. On the committer's thread only. */
final class HeadCache {

  /** A few MiB at most. */
  static final int CAPACITY = 10_000;

  private final Map<ThreadKey, ThreadHead> heads =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ThreadKey, ThreadHead> eldest) {
          return size() > CAPACITY;
        }
      };

  ThreadHead get(ThreadKey thread, Function<ThreadKey, ThreadHead> disk) {
    return heads.computeIfAbsent(thread, disk);
  }

  void putAll(Map<ThreadKey, ThreadHead> written) {
    heads.putAll(written);
  }

  void clear() {
    heads.clear();
  }

  int size() {
    return heads.size();
  }
}
