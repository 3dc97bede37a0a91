package dev.parley.gateway.bench.socket;

/** The epoch and head of a user's thread. */
record FilledThread(String user, String epoch, long head) {

  /** The cursor of a client: nothing read for even numbers, half of the thread for odd ones. */
  long cursor(int client) {
    return client % 2 == 0 ? 0 : head / 2;
  }
}
