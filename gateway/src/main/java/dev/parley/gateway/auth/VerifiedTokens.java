package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.parley.gateway.protocol.Principal;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers tokens that public keys have verified, by their SHA-256: the least recently used is
 * forgotten first. Only valid tokens enter, so nobody without one can push others out. Callable
 * from any thread; the lock is held for a few instructions.
 */
final class VerifiedTokens {

  /** The entry of a map, the hash and the user without its texts. */
  private static final int OVERHEAD_BYTES = 320;

  private final int maxEntries;
  private final int maxBytes;
  private final Map<Hash, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** SHA-256 of a token. */
  record Hash(long first, long second, long third, long fourth) {

    static Hash of(String token) {
      try {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(token.getBytes(ISO_8859_1));
        ByteBuffer words = ByteBuffer.wrap(hash);
        return new Hash(words.getLong(), words.getLong(), words.getLong(), words.getLong());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("SHA-256: missing (expected: every Java has it)", e);
      }
    }
  }

  /** A verified token counts as long as its issuer has the keys that it had. */
  private record Entry(Principal principal, KeySource keys, long generation) {

    long bytes() {
      String id = principal.tokenId();
      return OVERHEAD_BYTES
          + 2L
              * (principal.user().tenant().length()
                  + principal.user().subject().length()
                  + principal.tier().length()
                  + (id == null ? 0 : id.length()));
    }
  }

  VerifiedTokens(int maxEntries, int maxBytes) {
    this.maxEntries = maxEntries;
    this.maxBytes = maxBytes;
  }

  /** The user of a token that was verified before; it may have expired. Null if unknown. */
  synchronized @Nullable Principal find(Hash token) {
    Entry entry = entries.get(token);
    if (entry == null) {
      return null;
    }
    if (entry.keys().generation() != entry.generation()) {
      forget(token);
      return null;
    }
    return entry.principal();
  }

  /**
   * Remembers a token, unless its keys have changed meanwhile.
   *
   * @param generation that of the keys before they verified it
   */
  synchronized void add(Hash token, Principal principal, KeySource keys, long generation) {
    forget(token);
    if (generation == KeySource.NO_KEYS || keys.generation() != generation) {
      return;
    }
    Entry entry = new Entry(principal, keys, generation);
    entries.put(token, entry);
    bytes += entry.bytes();
    Iterator<Entry> oldest = entries.values().iterator();
    while (oldest.hasNext() && (entries.size() > maxEntries || bytes > maxBytes)) {
      bytes -= oldest.next().bytes();
      oldest.remove();
    }
  }

  synchronized void forget(Hash token) {
    Entry entry = entries.remove(token);
    if (entry != null) {
      bytes -= entry.bytes();
    }
  }

  /** The keys have changed. */
  synchronized void clear() {
    entries.clear();
    bytes = 0;
  }

  synchronized int size() {
    return entries.size();
  }

  synchronized long bytes() {
    return bytes;
  }
}
