package dev.parley.gateway.log.embedded;

/**
 * The kinds of stored values. The first byte of every value is the version of its kind; a new value
 * has the newest version. Earlier versions, from 1 on, can always be read. A later version was
 * written by a newer gateway and is refused. {@link EmbeddedLog#FORMAT} rises with any of them.
 */
enum RecordKind {
  /**
   * An event, or a range of deltas. Version 1 does not tell whether it is a text delta. Versions 1
   * and 2 hide nothing.
   */
  EVENT("event", 3),
  /**
   * A thread's head. In version 1 no queued message is replaceable. Versions 1 and 2 have no
   * activity and no title.
   */
  HEAD("head", 3),
  SEGMENT("segment", 1),
  /** No run of version 1 is resumable. */
  RUN("run", 2),
  /** What an open run was asked. */
  RUN_REQUEST("run request", 1),
  /** How far an open run has come. */
  CHECKPOINT("checkpoint", 1),
  OPEN_RUN("open run", 1),
  /** Version 1 has no epoch. */
  LEDGER_ENTRY("ledger entry", 2),
  /** Version 1 counts open runs too. {@link UsageBackfill} replaces it at opening. */
  USAGE("usage", 2),
  /** A user's {@link MinimumLife}. Version 1 has no hour. */
  MINIMUM_LIFE("life", 2),
  LIFE_FLOOR("life floor", 1),
  /** A user in the directory. No user of version 1 is an operator. */
  INBOX("inbox", 2),
  /**
   * The broadcast at a seq of an inbox. Version 1 has no position: {@link InboxUpgrade} adds it.
   */
  RECEIVED("received broadcast", 2),
  /** None of version 1 is for operators. */
  BROADCAST("broadcast", 2),
  /** The counts of a broadcast. Version 1 has no position: {@link InboxUpgrade} adds it. */
  RECEIPT("receipt", 2),
  /** The position of the newest broadcast. */
  POSITION("broadcast position", 1),
  /** A web hook that waits. */
  RUN_HOOK("run hook", 1),
  /** What an operator did. */
  AUDIT("audit record", 1),
  /** An alert that fires. */
  ALERT("alert", 1),
  /** Which tokens are revoked. */
  REVOCATION("revocation", 1),
  /** The seq from which a run is still to be compacted. */
  COMPACTION("compaction", 1),
  /** The day of a ledger family. */
  LEDGER_DAY("ledger day", 1),
  /** The store's last known time. */
  TIME("time", 1),
  EPOCH("epoch", 1),
  /** The {@link EmbeddedLog#FORMAT} of the newest gateway that has opened the store. */
  FORMAT("format", 1),
  /** An entry whose key says everything. */
  PRESENCE("entry without content", 1);

  private final String label;
  private final int newest;

  RecordKind(String label, int newest) {
    this.label = label;
    this.newest = newest;
  }

  /** The name of the kind in error messages. */
  String label() {
    return label;
  }

  /** The version that is written. */
  int newest() {
    return newest;
  }
}
