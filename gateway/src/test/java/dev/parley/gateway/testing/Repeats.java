package dev.parley.gateway.testing;

/** How often a test repeats what it does with other random values, or in other places. */
public final class Repeats {
  private static final boolean IS_LONG = Boolean.getBoolean("parley.test.full");

  private Repeats() {}

  /** The first number in the usual run, the second in the long one: {@code scripts/test --all}. */
  public static int of(int usual, int longRun) {
    return IS_LONG ? longRun : usual;
  }
}
