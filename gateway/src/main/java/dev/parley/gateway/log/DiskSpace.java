package dev.parley.gateway.log;

/** How much free room the disk of a log has. */
public enum DiskSpace {
  /** Everything is taken. */
  PLENTY,
  /** Of the users who store the most only the ends of runs are taken. */
  SHORT,
  /** Of everybody only the ends of runs are taken. */
  LOW
}
