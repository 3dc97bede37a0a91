package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DamagedRecordException;
import dev.parley.gateway.log.StoreWatch;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of single records that cannot be read while the rest can: each once in a process, to the
 * log of the gateway and to the watch. Callable from any thread.
 */
final class DamagedRecords {

  private static final Logger LOG = LoggerFactory.getLogger(DamagedRecords.class);

  /** The maximum of records that are named. */
  private static final int MAX = 10_000;

  private final StoreWatch watch;
  private final Set<String> told = ConcurrentHashMap.newKeySet();

  DamagedRecords(StoreWatch watch) {
    this.watch = watch;
  }

  /**
   * This record was left out.
   *
   * @param what names the record in a sentence
   */
  void leftOut(String what, DamagedRecordException damage) {
    if (told.size() < MAX && told.add(what)) {
      LOG.warn("store: left out {}: {}", what, damage.getMessage());
      watch.recordDamaged();
    }
  }
}
