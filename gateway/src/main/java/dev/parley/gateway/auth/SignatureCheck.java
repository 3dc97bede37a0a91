package dev.parley.gateway.auth;

/** One key with one algorithm. Callable from any thread. */
@FunctionalInterface
interface SignatureCheck {

  /** Whether a compact JWS (RFC 7515, section 7.1) is signed with the key. */
  boolean isSignatureOf(String token);
}
