package dev.parley.gateway.agent.upstream;

/** How a service learns for whom a request is. */
public enum IdentityMode {
  /** It does not. */
  NONE,

  /** Headers with tenant, user and run, and a signature over them. */
  HEADERS,

  /** A token of this run alone. */
  JWT
}
