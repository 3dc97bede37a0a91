package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.rocksdb.WriteBatch;

/** A real store that reports some writes as failed, whether they were written or not. */
final class FailingDisk implements Disk {

  /** The outcome of a write. */
  enum Fate {
    WRITTEN,
    LOST,
    WRITTEN_BUT_FAILED
  }

  final List<Integer> writes = new ArrayList<>();
  final Deque<Fate> fates = new ArrayDeque<>();
  final List<String> reopened = new ArrayList<>();
  long share = DiskGauge.UNLIMITED;
  int unknownShares;
  boolean closing;
  Runnable beforeWrite = () -> {};

  private final RocksStore store;

  FailingDisk(RocksStore store) {
    this.store = store;
  }

  @Override
  public long share() {
    if (unknownShares-- > 0) {
      throw new LogException("disk: cannot be asked");
    }
    return share;
  }

  @Override
  public void write(WriteBatch batch) {
    beforeWrite.run();
    writes.add(batch.count());
    Fate fate = fates.isEmpty() ? Fate.WRITTEN : fates.remove();
    if (fate != Fate.LOST) {
      store.write(batch);
    }
    if (fate != Fate.WRITTEN) {
      throw new LogException("disk full");
    }
  }

  @Override
  public boolean reopen(LogException why) {
    reopened.add(String.valueOf(why.getMessage()));
    return !closing && store.reopen(e -> false);
  }
}
