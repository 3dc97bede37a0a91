package dev.parley.gateway.auth;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ids of keys that an issuer does not have, each until a time. The oldest is forgotten for a newer
 * one, so that a flood of ids takes little memory. Used under a lock.
 */
final class UnknownKids {

  static final int MAX_IDS = 1000;
  static final int MAX_BYTES = 256 * 1024;

  /** The entry of a map, the time, and the id without its characters. */
  private static final int OVERHEAD_BYTES = 120;

  private final Map<String, Long> untilNanos = new LinkedHashMap<>();
  private int bytes;

  /** Whether an id is remembered at this time of {@link System#nanoTime}. */
  boolean has(String kid, long nanos) {
    Long until = untilNanos.get(kid);
    return until != null && until - nanos > 0;
  }

  /** Remembers an id until a time of {@link System#nanoTime}. */
  void add(String kid, long until) {
    if (untilNanos.remove(kid) != null) {
      bytes -= bytes(kid);
    }
    untilNanos.put(kid, until);
    bytes += bytes(kid);
    Iterator<String> oldest = untilNanos.keySet().iterator();
    while (untilNanos.size() > MAX_IDS || bytes > MAX_BYTES) {
      bytes -= bytes(oldest.next());
      oldest.remove();
    }
  }

  private static int bytes(String kid) {
    return OVERHEAD_BYTES + Character.BYTES * kid.length();
  }

  int size() {
    return untilNanos.size();
  }

  int bytes() {
    return bytes;
  }
}
