package dev.parley.gateway.user;

/** What one answer may still carry, in bytes; its first frame always fits. */
final class Room {

  private long left;
  private boolean isEmpty = true;

  Room(long bytes) {
    this.left = bytes;
  }

  long left() {
    return Math.max(1, left);
  }

  /** Whether nothing fits any more. */
  boolean isFull() {
    return !isEmpty && left <= 0;
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
