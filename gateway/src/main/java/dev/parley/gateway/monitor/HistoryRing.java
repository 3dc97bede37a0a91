package dev.parley.gateway.monitor;

import java.util.Arrays;

/**
 * The last rows of a table of numbers, one row for each step of time, in arrays of a fixed size. A
 * step without a row is NaN. Used by one thread at a time.
 */
final class HistoryRing {

  private final int slots;
  private final double[][] columns;
  private long newest;

  /** Keeps the rows of so many steps; step 0 has no row. */
  HistoryRing(int slots, int columns) {
    this.slots = slots;
    this.columns = new double[columns][slots];
  }

  /** The number of the newest row, from 1; 0 if there is none. */
  long newest() {
    return newest;
  }

  /** The number of the oldest row that is kept. */
  long oldest() {
    return Math.max(1, newest - slots + 1);
  }

  /** Adds a row, with a number that is higher than that of the newest one. */
  void add(long step, double[] row) {
    for (long missed = Math.max(newest + 1, step - slots + 1); missed < step; missed++) {
      for (double[] column : columns) {
        column[index(missed)] = Double.NaN;
      }
    }
    for (int i = 0; i < columns.length; i++) {
      columns[i][index(step)] = row[i];
    }
    newest = step;
  }

  /** A copy of one column, the oldest row first. */
  double[] column(int number) {
    double[] copy = new double[(int) (newest - oldest() + 1)];
    Arrays.setAll(copy, i -> columns[number][index(oldest() + i)]);
    return copy;
  }

  private int index(long step) {
    return (int) (step % slots);
  }
}
