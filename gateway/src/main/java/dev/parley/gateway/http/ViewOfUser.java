package dev.parley.gateway.http;

import dev.parley.gateway.audit.Audit;
import dev.parley.gateway.audit.OperatorAction;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.UserId;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

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
  static ViewOfUser read(Request request, OperatorAccess access, Call call) {
    return read(request, access, call, OperatorAction.VIEW_USER);
  }

  /** The same for another action. */
  static ViewOfUser read(Request request, OperatorAccess access, Call call, OperatorAction action) {
    Principal principal = access.require(request, action);
    Query query = request.query(call);
    String tenant =
        access.tenant(principal, query.optional("tenant", text -> text).orElse(null), action);
    Optional<UserId> user =
        query.optional("user_id", text -> text).map(text -> OperatedTenant.user(tenant, text));
    return new ViewOfUser(principal, tenant, user, query);
  }

  /**
   * Answers once it is recorded that the user's data is shown, or the list of a tenant.
   *
   * @param list the action if no user is named
   */
  CompletionStage<Response> recorded(
      OperatorAccess access,
      OperatorAction list,
      Request request,
      Supplier<CompletionStage<Response>> answer) {
    CompletionStage<Void> record =
        user.isPresent()
            ? access.audit().viewed(principal, OperatorAction.VIEW_USER, user.get())
            : access.audit().listed(principal, list, Audit.Matter.of(tenant, null));
    return LogResponses.after(record, request, answer);
  }

  /** The same where a user must be named. */
  CompletionStage<Response> recorded(
      OperatorAccess access, Request request, Supplier<CompletionStage<Response>> answer) {
    return recorded(access, OperatorAction.VIEW_USER, request, answer);
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
