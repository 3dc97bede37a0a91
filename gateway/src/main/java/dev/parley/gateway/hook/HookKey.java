package dev.parley.gateway.hook;

import dev.parley.gateway.config.MappingForm;
import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Secret;
import java.util.Base64;
import java.util.Optional;

/**
 * The key of the signatures of hooks: {@code whsec_} and base64, or the text itself.
 *
 * @see <a href="https://www.standardwebhooks.com">Standard Webhooks</a>
 */
public final class HookKey {

  private static final int MIN_BYTES = 24;
  private static final String PREFIX = "whsec_";

  /** The key as bytes. */
  public static final Parser<Secret> PARSER =
      new Parser<>(
          "at least 24 bytes: whsec_ and base64, or a text",
          true,
          MappingForm.NONE,
          text -> key(text).filter(key -> key.length() >= MIN_BYTES));

  private HookKey() {}

  private static Optional<Secret> key(String text) {
    if (!text.startsWith(PREFIX)) {
      return Optional.of(Secret.of(text));
    }
    try {
      return Optional.of(Secret.of(Base64.getDecoder().decode(text.substring(PREFIX.length()))));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }
}
