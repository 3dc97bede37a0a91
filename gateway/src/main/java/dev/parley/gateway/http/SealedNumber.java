package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.protocol.Texts;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A number as text that clients hand back as it is, and that tells them nothing: encrypted, and
 * bound to what it was given out for. Valid until the process ends. Callable from any thread.
 */
final class SealedNumber {

  private static final int KEY_BYTES = 16;
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final int ALL_BYTES = NONCE_BYTES + Long.BYTES + TAG_BYTES;

  private final SecureRandom random = new SecureRandom();
  private final SecretKey key;

  SealedNumber() {
    byte[] secret = new byte[KEY_BYTES];
    random.nextBytes(secret);
    key = new SecretKeySpec(secret, "AES");
  }

  /** The text of the number; the same context opens it. */
  String seal(long number, String context) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] plain = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    try {
      byte[] sealed = cipher(Cipher.ENCRYPT_MODE, nonce, context).doFinal(plain);
      byte[] all = ByteBuffer.allocate(ALL_BYTES).put(nonce).put(sealed).array();
      return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-GCM: missing (expected: in every Java)", e);
    }
  }

  /**
   * The number of the text.
   *
   * @throws IllegalArgumentException when it was not given out for this context by this process
   */
  long open(String text, String context) {
    try {
      byte[] all =
          text.length() > 2 * ALL_BYTES ? new byte[0] : Base64.getUrlDecoder().decode(text);
      if (all.length == ALL_BYTES) {
        byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
        Cipher cipher = cipher(Cipher.DECRYPT_MODE, nonce, context);
        return ByteBuffer.wrap(cipher.doFinal(all, NONCE_BYTES, ALL_BYTES - NONCE_BYTES)).getLong();
      }
    } catch (GeneralSecurityException | IllegalArgumentException foreign) {
      // Refused below: what is wrong with it is nobody's business.
    }
    throw new IllegalArgumentException(
        Texts.expected("after", text, "the next of another page, since the gateway was started"));
  }

  private Cipher cipher(int mode, byte[] nonce, String context) throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce));
    cipher.updateAAD(context.getBytes(UTF_8));
    return cipher;
  }
}
