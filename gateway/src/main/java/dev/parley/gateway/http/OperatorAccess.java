package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Scope;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets administrators and operators in. What a valid token does not allow is recorded. Called on
 * any loop.
 */
public final class OperatorAccess {

  private final Audit audit;

  public OperatorAccess(Audit audit) {
    this.audit = audit;
  }

  /** Where what operators do is recorded. */
  Audit audit() {
    return audit;
  }

  /**
   * Verifies the token, which must have one of these scopes.
   *
   * @throws RefusedException with 401 or 403
   */
  Principal require(Request request, OperatorAction action, Scope... scopes) {
    Principal principal = Bearer.require(request);
    require(principal, action, scopes);
    return principal;
  }

  /**
   * The same of a token that was verified.
   *
   * @throws RefusedException with 403
   */
  void require(Principal principal, OperatorAction action, Scope... scopes) {
    if (Arrays.stream(scopes).noneMatch(principal::has)) {
      audit.refused(principal, action, null);
      String names = Arrays.stream(scopes).map(Scope::wire).collect(Collectors.joining(" or "));
      throw RefusedException.of(
          ErrorCode.FORBIDDEN, "scope: missing (expected: " + names + " in the token)");
    }
  }

  /**
   * The same with the scope {@code admin}, for its own tenant, or {@code operator}, for any.
   *
   * @throws RefusedException with 401 or 403
   */
  Principal require(Request request, OperatorAction action) {
    return require(request, action, Scope.ADMIN, Scope.OPERATOR);
  }

  /**
   * The tenant that is asked for, as {@link OperatedTenant#of}.
   *
   * @throws RefusedException with 400 or 403
   */
  String tenant(Principal principal, @Nullable String asked, OperatorAction action) {
    try {
      return OperatedTenant.of(principal, asked);
    } catch (RefusedException refused) {
      if (refused.refusal().code() == ErrorCode.FORBIDDEN) {
        audit.refused(principal, action, OperatedTenant.isName(asked) ? asked : null);
      }
      throw refused;
    }
  }
}
