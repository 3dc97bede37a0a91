package dev.parley.gateway.hook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;

import dev.parley.gateway.config.Secret;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs hooks. Callable from any thread.
 *
 * @see <a href="https://github.com/standard-webhooks/standard-webhooks">Standard Webhooks</a>
 */
public final class HookSignature {

  private static final String MAC = "HmacSHA256";

  private final HookKeys keys;

  /** Signs with each of the keys: the current one, and the last one while receivers change. */
  public HookSignature(List<Secret> keys) {
    this(new HookKeys(keys));
  }

  /** Signs with each of the keys of the time. */
  public HookSignature(HookKeys keys) {
    this.keys = keys;
  }

  /**
   * The headers of a hook: {@code webhook-id}, {@code webhook-timestamp}, {@code
   * webhook-signature}.
   *
   * @param id the same for each attempt of one hook
   */
  public Map<String, String> headers(String id, Instant now, byte[] body) {
    long timestamp = now.getEpochSecond();
    String signatures =
        keys.now().stream().map(key -> signature(key, id, timestamp, body)).collect(joining(" "));
    return Map.of(
        "webhook-id", id,
        "webhook-timestamp", Long.toString(timestamp),
        "webhook-signature", signatures);
  }

  private static String signature(Secret key, String id, long timestamp, byte[] body) {
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
