package dev.parley.gateway.http;

import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads which user a body is about, and other short texts of it. */
final class UserForm {

  private static final int MAX_REASON = 200;

  private UserForm() {}

  /**
   * The user of the fields {@code user_id} and {@code tenant}, whom the caller may act on.
   *
   * @throws RefusedException with 400 or 403
   */
  static UserId user(
      JsonBody body, Principal caller, OperatorAccess access, OperatorAction action) {
    String tenant = tenant(body, caller, access, action);
    String subject =
        body.text("user_id")
            .orElseThrow(() -> JsonBody.refused("/user_id", "user_id: missing (expected: a user)"));
    return at("/user_id", () -> OperatedTenant.user(tenant, subject));
  }

  /**
   * The tenant of the field {@code tenant}, or that of the caller.
   *
   * @throws RefusedException with 400 or 403
   */
  static String tenant(
      JsonBody body, Principal caller, OperatorAccess access, OperatorAction action) {
    String asked = body.text("tenant").orElse(null);
    return at("/tenant", () -> access.tenant(caller, asked, action));
  }

  private interface Reading<T> {
    T read();
  }

  /** A refusal of the value names its field. */
  private static <T> T at(String field, Reading<T> reading) {
    try {
      return reading.read();
    } catch (RefusedException refused) {
      if (refused.refusal().code() == ErrorCode.INVALID_ARGUMENT) {
        throw JsonBody.refused(field, String.valueOf(refused.refusal().message()));
      }
      throw refused;
    }
  }

  /**
   * An optional field of this form.
   *
   * @throws RefusedException with 400
   */
  static <T> @Nullable T optional(JsonBody body, String name, Function<String, T> form) {
    Optional<String> text = body.text(name);
    try {
      return text.map(form).orElse(null);
    } catch (IllegalArgumentException malformed) {
      throw JsonBody.refused("/" + name, String.valueOf(malformed.getMessage()));
    }
  }

  /**
   * Why an operator does it, for the audit log: the optional field {@code reason}.
   *
   * @throws RefusedException with 400
   */
  static @Nullable String reason(JsonBody body) {
    return optional(body, "reason", text -> line("reason", text, MAX_REASON));
  }

  /** Checks a text for people of at most so many characters, which looks as what it is. */
  static String line(String name, String text, int max) {
    if (text.isEmpty() || text.length() > max || text.codePoints().anyMatch(UserForm::isHidden)) {
      throw new IllegalArgumentException(
          Texts.expected(
              name, text, "1 to " + max + " characters without control and format characters"));
    }
    return text;
  }

  /**
   * Such as the marks that turn the direction of what follows (Unicode, UAX 9), and half of a pair
   * of surrogates, which UTF-8 cannot carry.
   */
  private static boolean isHidden(int character) {
    int type = Character.getType(character);
    return Character.isISOControl(character)
        || type == Character.FORMAT
        || type == Character.SURROGATE
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR;
  }
}
