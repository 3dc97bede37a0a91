package dev.parley.gateway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/**
 * The name of one life of a thread for services outside the gateway. Two users never share one, and
 * a thread that was deleted begins again under another. It stays the same over restarts, and does
 * not tell who the user is or how the thread is named.
 *
 * @param value 43 characters of {@code A-Z a-z 0-9 - _}: SHA-256 in base64url without padding (RFC
 *     4648, section 5)
 */
public record ConversationId(String value) {

  /** The id of this life of the user's thread. */
  public static ConversationId of(UserId user, ThreadId thread, Epoch epoch) {
    MessageDigest sha256 = sha256();
    addTo(sha256, user.tenant());
    addTo(sha256, user.subject());
    addTo(sha256, thread.value());
    addTo(sha256, epoch.value());
    return new ConversationId(
        Base64.getUrlEncoder().withoutPadding().encodeToString(sha256.digest()));
  }

  // The length comes first: no two lists of texts give the same bytes.
  private static void addTo(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java)", e);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
