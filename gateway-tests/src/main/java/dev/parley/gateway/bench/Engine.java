package dev.parley.gateway.bench;

import java.util.concurrent.CompletionStage;

/** Stores 256-byte events on disk; an append completes when it is synced. */
interface Engine extends AutoCloseable {

  int EVENT_BYTES = 256;

  /** Appends one event to the thread with this number. */
  CompletionStage<?> append(int thread);

  @Override
  void close();
}
