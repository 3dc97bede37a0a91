package dev.parley.gateway.log.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.log.Generation;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.ThreadHead;
import dev.parley.gateway.log.ThreadKey;
import dev.parley.gateway.protocol.Epoch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Compares the index of threads by activity with the heads, in a store that is closed. */
final class ListedThreads {

  private static final Generation ANY = new Generation(new Epoch("e1"));

  private ListedThreads() {}

  /** Each head that has events has its one entry, and there is no other; answers how many. */
  static int check(Path folder) {
    try (RocksStore files = RocksStore.open(folder, StoreConfig.DEFAULT_MEMORY)) {
      List<String> wanted = new ArrayList<>();
      files.scan(
          ColumnFamily.HEADS,
          (key, value) -> {
            ThreadKey thread = Keys.parseThread(key);
            ThreadHead head = Values.head(value, ANY);
            return head.head() == 0
                || wanted.add(hex(Keys.activity(thread, head.activityMillis())));
          });
      List<String> listed = new ArrayList<>();
      files.scan(ColumnFamily.ACTIVITY, (key, value) -> listed.add(hex(key)));
      assertThat(listed).containsExactlyInAnyOrderElementsOf(wanted);
      return listed.size();
    }
  }

  private static String hex(byte[] key) {
    return HexFormat.of().formatHex(key);
  }
}
