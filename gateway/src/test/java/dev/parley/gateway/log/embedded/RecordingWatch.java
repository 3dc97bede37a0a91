package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.DiskSpace;
import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.QueueBound;
import dev.parley.gateway.log.Retention;
import dev.parley.gateway.log.StoreConfig;
import dev.parley.gateway.log.StoreWatch;
import dev.parley.gateway.log.TextDeltas;
import dev.parley.gateway.protocol.IdSource;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Records the calls. */
public final class RecordingWatch implements StoreWatch {

  final List<String> told = new CopyOnWriteArrayList<>();
  private final AtomicInteger droppedBroadcasts = new AtomicInteger();
  private final Semaphore plenty = new Semaphore(0);
  private final Semaphore losses = new Semaphore(0);

  /** Opens a log with this watch. */
  EmbeddedLog open(Path path, long minFree) {
    EmbeddedLog.LogOptions terms =
        new EmbeddedLog.LogOptions(
            new TextDeltas(),
            Retention.DEFAULT,
            StoreConfig.DEFAULT_MEMORY,
            new QueueBound(QueueBound.DEFAULT_BYTES),
            minFree,
            this);
    return EmbeddedLog.open(path, Clock.systemUTC(), IdSource.random(), terms);
  }

  /** Waits until a write has failed. */
  void awaitLost() throws InterruptedException {
    if (!losses.tryAcquire(30, TimeUnit.SECONDS)) {
      throw new AssertionError("store: no failed write after 30 s (expected: lost)");
    }
  }

  /** Waits until there is enough space again. */
  void awaitPlenty() throws InterruptedException {
    if (!plenty.tryAcquire(60, TimeUnit.SECONDS)) {
      throw new AssertionError("store: " + told + " after 60 s (expected: plenty)");
    }
  }

  /** How many broadcasts were dropped. */
  public int droppedBroadcasts() {
    return droppedBroadcasts.get();
  }

  @Override
  public void broadcastsDropped(int broadcasts) {
    droppedBroadcasts.addAndGet(broadcasts);
  }

  @Override
  public void lost(LogException why) {
    told.add("lost");
    losses.release();
  }

  @Override
  public void recordDamaged() {
    told.add("damaged");
  }

  @Override
  public void hookDamaged() {
    told.add("hook damaged");
  }

  @Override
  public void reopened() {
    told.add("reopened");
  }

  @Override
  public void slow(Duration write) {
    told.add("slow");
  }

  @Override
  public void diskSpace(DiskSpace space) {
    if (space == DiskSpace.PLENTY) {
      plenty.release();
    }
    told.add(space.name().toLowerCase(Locale.ROOT));
  }
}
