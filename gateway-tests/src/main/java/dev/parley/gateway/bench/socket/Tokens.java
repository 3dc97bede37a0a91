package dev.parley.gateway.bench.socket;

import dev.parley.gateway.auth.TokenSigner;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.protocol.Scope;
import java.time.Clock;
import java.util.Set;

/** Signs tokens of users, and of an operator. Callable from any thread. */
record Tokens(TokenSigner users, TokenSigner operators) {

  private static final Set<Scope> OF_USERS = Set.of(Scope.CHAT, Scope.AGENT);
  private static final Set<Scope> OF_OPERATORS =
      Set.of(Scope.CHAT, Scope.AGENT, Scope.ADMIN, Scope.OPERATOR);

  /** The tokens of a gateway with this secret. */
  static Tokens of(Secret key) {
    return new Tokens(
        new TokenSigner(key, OF_USERS, Clock.systemUTC()),
        new TokenSigner(key, OF_OPERATORS, Clock.systemUTC()));
  }

  /** A token of this user, of the tier of all loads. */
  String of(String user, boolean isOperator) {
    return (isOperator ? operators : users).sign(user, Target.TIER).token();
  }
}
