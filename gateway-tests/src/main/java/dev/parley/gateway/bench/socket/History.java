package dev.parley.gateway.bench.socket;

/** What a user's thread holds, as a client knows it that has read all of it. */
record History(String user, String epoch, long head) {

  /** Every second client has read half of it, the others nothing. */
  long cursor(int client) {
    return client % 2 == 0 ? 0 : head / 2;
  }
}
