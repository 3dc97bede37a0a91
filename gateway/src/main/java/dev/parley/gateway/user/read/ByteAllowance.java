package dev.parley.gateway.user.read;

/** The bytes that one answer may still carry. Its first frame always fits. */
final class ByteAllowance {

  private long left;
  private boolean isEmpty = true;

  ByteAllowance(long bytes) {
    this.left = bytes;
  }

  long left() {
    return Math.max(1, left);
  }

  boolean take(int bytes) {
    if (!isEmpty && bytes > left) {
      return false;
    }
    isEmpty = false;
    left -= bytes;
    return true;
  }
}
