package dev.parley.gateway.agent.push;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.config.Secret;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs hooks. Callable from any thread.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks">Standard Webhooks</a>
 */
final class HookSignature {

  private static final String MAC = "HmacSHA256";

  private final Secret key;

  HookSignature(Secret key) {
    this.key = key;
  }

  /** The value of {@code webhook-signature}. */
  String of(String id, long timestamp, byte[] body) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key.bytes(), MAC));
      mac.update((id + "." + timestamp + ".").getBytes(UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(MAC + ": missing (expected: in every Java)", e);
    }
  }
}
