package dev.parley.gateway.log.embedded;

import java.nio.charset.StandardCharsets;

/** The column families of the store: their keys and values. */
enum ColumnFamily {
  /** Facts about the store itself, by name. */
  STORE("default"),
  /** Thread and seq: an event, or the range of deltas that ends there. */
  EVENTS("events"),
  /** Thread: its head. */
  HEADS("heads"),
  /** User and run: the run's record. */
  RUNS("runs"),
  /**
   * User, run, and one byte for what it is ({@link RecordKind#RUN_REQUEST} or {@link
   * RecordKind#CHECKPOINT}). Entries exist while the run is open.
   */
  SAVED_RUNS("saved_runs"),
  /** Thread: its open run. No entry when no run is open. */
  OPEN_RUNS("open_runs"),

  /** Thread: no content. Commands are queued on it. */
  QUEUED_THREADS("waiting"),

  /**
   * Thread and last seq of an ended run: the seq from which its deltas are still to be compacted.
   */
  COMPACTIONS("chores"),

  /** Thread and last seq of a segment: its size. */
  SEGMENTS("segments"),

  /** Hour and thread: no content. A segment of the thread ended in that hour. */
  EXPIRY("expiry"),

  /** User, time of the last activity and thread, the latest time first: no content. */
  ACTIVITY("activity"),

  /** User: no content. The user has or had threads. */
  USERS("users"),

  /** User: how much is stored of the user's threads. No entry when nothing is. */
  USAGE("usage"),

  /** User: the entry in the directory, and the marks of the inbox. */
  INBOXES("inboxes"),

  /** User and seq in the inbox: the broadcast that is there. */
  RECEIVED("received"),

  /** Position of a broadcast, user and seq in the inbox: no content. The broadcast is there. */
  RECEIVED_AT("received_at"),

  /** Tenant and broadcast: what was sent to whom. */
  BROADCASTS("broadcasts"),

  /** Tenant and broadcast: the counts of its receipt. */
  RECEIPTS("receipts"),

  /** Thread and seq of the end of a run: the web hook that waits to tell it. */
  RUN_HOOKS("run_hooks"),

  /** Time, thread and seq: no content. The web hook of that place is due then. */
  DUE_HOOKS("due_hooks"),

  /** The number of a record of the audit log, the newest first: who did what. */
  AUDIT("audit"),

  /** Digest of a user with deleted threads: the life in which new threads begin. */
  LIVES("lives"),
  /**
   * User and command: its answer. The families are used in rotation, see {@link LedgerRotation}.
   */
  LEDGER_0("ledger_0"),
  LEDGER_1("ledger_1"),
  LEDGER_2("ledger_2");

  private final String familyName;

  ColumnFamily(String familyName) {
    this.familyName = familyName;
  }

  /** The family's name in RocksDB. */
  byte[] familyName() {
    return familyName.getBytes(StandardCharsets.US_ASCII);
  }
}
