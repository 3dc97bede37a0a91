package dev.parley.gateway.limit;

/** The bytes that one answer may still carry. Its first frame always fits. Used by one thread. */
public final class ByteAllowance {

  private long left;
  private boolean isEmpty = true;

  public ByteAllowance(long bytes) {
    this.left = bytes;
  }

  public long left() {
    return Math.max(1, left);
  }

  public boolean take(int bytes) {
    if (!isEmpty && bytes > left) {
      return false;
    }
    isEmpty = false;
    left -= bytes;
    return true;
  }
}
