package dev.parley.gateway.bench;

import java.util.SplittableRandom;

/** Bodies of one size that do not compress, in turns. For one thread. */
final class Bodies {

  /** More than lie in one block of a table, so that none is found in it twice. */
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
