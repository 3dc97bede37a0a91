package dev.parley.gateway.log;

/** How much free space the log's disk has. */
public enum DiskSpace {
  /** All commits are accepted. */
  PLENTY,
  /** For the users with the most stored bytes, only commits that end a run are accepted. */
  SHORT,
  /** For all users, only commits that end a run are accepted. */
  LOW
}
