package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.upstream.Dialogue;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks the signature of a web hook as its receiver does. */
public final class HookCheck {
  private static final long MAX_AGE_SECONDS = 300;

  private HookCheck() {}

  /** Fails unless the hook is signed with this key, a text, and its time is now. */
  public static void check(Dialogue hook, String key) {
    String signed =
        hook.header("webhook-id") + "." + hook.header("webhook-timestamp") + "." + hook.body();
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
      String expected = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(UTF_8)));
      assertThat(hook.header("webhook-signature")).isEqualTo("v1," + expected);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
    long age = Instant.now().getEpochSecond() - Long.parseLong(hook.header("webhook-timestamp"));
    assertThat(age).isBetween(0L, MAX_AGE_SECONDS);
  }
}
