package dev.parley.gateway.bench;

import java.util.concurrent.CompletionStage;

/** Something that keeps 256-byte events on disk; what is complete is synced. */
interface Engine extends AutoCloseable {

  int EVENT_BYTES = 256;

  /** Appends one event to the thread of this number. */
  CompletionStage<?> append(int thread);

  @Override
  void close();
}
