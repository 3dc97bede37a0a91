package dev.parley.gateway.auth;

import dev.parley.gateway.config.Secret;
import java.util.List;

/** With what the tokens of an issuer are verified: keys of one kind. */
public sealed interface KeyConfig permits SharedSecrets, PublicKeys, JwksLocation {

  /** The secrets that the issuer and the gateway share; none if the keys are public. */
  default List<Secret> secrets() {
    return List.of();
  }
}
