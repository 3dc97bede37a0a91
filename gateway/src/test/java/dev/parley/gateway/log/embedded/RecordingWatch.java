package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.LogException;
import dev.parley.gateway.log.StoreWatch;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Writes down what it is told. */
final class RecordingWatch implements StoreWatch {

  final List<String> told = new CopyOnWriteArrayList<>();
  private final Semaphore losses = new Semaphore(0);

  /** Waits until a write has failed. */
  void awaitLost() throws InterruptedException {
    if (!losses.tryAcquire(30, TimeUnit.SECONDS)) {
      throw new AssertionError("store: still there after 30 s (expected: lost)");
    }
  }

  @Override
  public void lost(LogException why) {
    told.add("lost");
    losses.release();
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
  public void lowOnRoom(boolean low) {
    told.add(low ? "low" : "not low");
  }
}
