package dev.parley.gateway.http;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.util.Optional;

/**
 * What an operator asks to see: a tenant, and maybe one user of it.
 *
 * @param principal who asks
 */
record ViewOfUser(Principal principal, String tenant, Optional<UserId> user, Query query) {

  /**
   * Reads the request.
   *
   * @throws RefusedException with 400, 401 or 403
   */
  static ViewOfUser read(Request request, TokenVerifier verifier, Call call) {
    Principal principal = OperatedTenant.require(request, verifier);
    Query query = request.query(call);
    String tenant =
        OperatedTenant.of(principal, query.optional("tenant", text -> text).orElse(null));
    Optional<UserId> user =
        query.optional("user_id", text -> text).map(text -> OperatedTenant.user(tenant, text));
    return new ViewOfUser(principal, tenant, user, query);
  }

  /**
   * The user that the call is about.
   *
   * @throws RefusedException with 400 when none is named
   */
  UserId required() {
    return user.orElseThrow(
        () -> RefusedException.invalid("user_id: missing (expected: the user to look at)"));
  }
}
