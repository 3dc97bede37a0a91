package dev.parley.gateway.http;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import org.jspecify.annotations.Nullable;

/**
 * Who may operate on which tenant: the scope {@code admin} on that of the token, the scope {@code
 * operator} on any.
 */
final class OperatedTenant {

  private OperatedTenant() {}

  /**
   * The tenant that is asked for; that of the token if none is. The answer for another one does not
   * depend on whether it exists.
   *
   * @throws RefusedException with 400 or 403
   */
  static String of(Principal principal, @Nullable String asked) {
    String own = principal.user().tenant();
    if (asked == null || asked.equals(own)) {
      return own;
    }
    if (!principal.has(Scope.OPERATOR)) {
      throw RefusedException.of(
          ErrorCode.FORBIDDEN,
          Texts.expected("tenant", asked, "that of the token, or the scope operator in it"));
    }
    return user(asked, "any").tenant();
  }

  /** Whether a tenant may have this name. */
  static boolean isName(@Nullable String text) {
    try {
      return text != null && new UserId(text, "any").tenant().equals(text);
    } catch (IllegalArgumentException malformed) {
      return false;
    }
  }

  /**
   * The user of a tenant.
   *
   * @throws RefusedException with 400
   */
  static UserId user(String tenant, String subject) {
    try {
      return new UserId(tenant, subject);
    } catch (IllegalArgumentException malformed) {
      String detail = String.valueOf(malformed.getMessage());
      throw RefusedException.invalid(
          detail.startsWith("sub:") ? "user_id" + detail.substring("sub".length()) : detail);
    }
  }
}
