package dev.parley.gateway.bench;

import java.util.SplittableRandom;

/** Cycles through bodies of one size that do not compress. Used by one thread. */
final class Bodies {

  /** More bodies than fit in one table block, so that no block has one twice. */
  private static final int KINDS = 256;

  private final byte[][] bodies;
  private int next;

  Bodies(int bytes) {
    SplittableRandom random = new SplittableRandom(1);
    bodies = new byte[KINDS][bytes];
    for (byte[] body : bodies) {
      random.nextBytes(body);
    }
  }

  byte[] next() {
    next = (next + 1) % KINDS;
    return bodies[next];
  }
}
