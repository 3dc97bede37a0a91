package dev.parley.gateway.log.embedded;

import java.nio.charset.StandardCharsets;

/** The families of the store: what each is keyed by, and holds. */
enum ColumnFamily {
  /** Nothing but the store's own facts, by name. */
  STORE("default"),
  /** Thread and seq: the event, or the range of deltas that ends there. */
  EVENTS("events"),
  /** Thread: its head. */
  HEADS("heads"),
  /** User and run: its record. */
  RUNS("runs"),
  /** Thread: the run that is open on it; no entry when none is. */
  OPEN_RUNS("open_runs"),

  /** Thread: nothing; commands wait on it for their run. */
  QUEUED_THREADS("waiting"),

  /** Thread and last seq of an ended run: the seq from which on its deltas are to be joined. */
  COMPACTIONS("chores"),

  /** Thread and last seq of a segment: how much it is. */
  SEGMENTS("segments"),

  /** Hour and thread: nothing; a segment of the thread ended in that hour. */
  EXPIRY("expiry"),

  /** User: nothing; who has threads, or had. */
  USERS("users"),

  /** User: how much is kept of the user's threads; no entry when nothing is. */
  USAGE("usage"),

  /** Digest of a user of whom threads were forgotten: the life that unborn threads begin in. */
  LIVES("lives"),
  /** User and command: its answer. The days take turns, see {@link LedgerRotation}. */
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
