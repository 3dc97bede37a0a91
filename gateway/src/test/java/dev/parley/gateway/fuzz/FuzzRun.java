package dev.parley.gateway.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.HexFormat;

/** Feeds inputs to one target and checks what it takes for them. Used by one thread. */
final class FuzzRun {

  /** The maximum bytes that the objects made for one input have together. */
  private static final long MAX_ALLOCATED = 16L << 20;

  /** And that many more for each byte of the input. */
  private static final long MAX_PER_BYTE = 4096;

  private static final int WARM_UP = 3;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final FuzzTarget target;
  private byte[] last = {};

  /** Begins with the examples, which load the classes. */
  FuzzRun(FuzzTarget target) {
    this.target = target;
    for (int i = 0; i < WARM_UP; i++) {
      target.examples().forEach(this::give);
    }
  }

  /** Feeds the inputs that are kept of earlier faults, then so many new ones of this seed. */
  void run(long seed, int count) {
    KeptInputs.of(target.name()).forEach(this::take);
    run(seed, count, Long.MAX_VALUE);
  }

  /**
   * Feeds new inputs of this seed.
   *
   * @param nanos the maximum time
   * @return how many there were
   */
  long run(long seed, long count, long nanos) {
    Mutator mutator = new Mutator(target.examples(), target.words(), seed);
    long start = System.nanoTime();
    long done = 0;
    while (done < count && System.nanoTime() - start < nanos) {
      take(mutator.next());
      done++;
    }
    return done;
  }

  /**
   * Feeds one input.
   *
   * @throws AssertionError when the target failed, which tells how to repeat it
   */
  void take(byte[] input) {
    long max = MAX_ALLOCATED + MAX_PER_BYTE * input.length;
    long allocated = allocated(input);
    if (allocated > max) {
      allocated = allocated(input); // the first time it may have loaded classes
    }
    if (allocated > max) {
      throw failure(input, new AssertionError("allocated more than " + max + " bytes"));
    }
  }

  private long allocated(byte[] input) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    give(input);
    return THREADS.getCurrentThreadAllocatedBytes() - before;
  }

  /** The input that was fed last. */
  byte[] last() {
    return last;
  }

  private void give(byte[] input) {
    last = input;
    try {
      target.take(input.clone());
    } catch (Exception | Error fault) {
      throw failure(input, fault);
    }
  }

  private AssertionError failure(byte[] input, Throwable fault) {
    String hex = HexFormat.of().formatHex(input);
    return new AssertionError(
        target.name()
            + ": "
            + fault
            + "; to repeat: scripts/fuzz "
            + target.name()
            + " --input "
            + hex,
        fault);
  }
}
