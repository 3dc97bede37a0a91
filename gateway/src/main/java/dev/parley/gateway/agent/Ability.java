package dev.parley.gateway.agent;

/** What people can expect from an agent ({@code abilities} of {@code GET /v1/agents}). */
public enum Ability {
  /** It is told what was said in the thread before. */
  HISTORY,

  /** It shows its reasoning, if its model does so. */
  REASONING,

  /** It calls tools and shows them. */
  TOOLS,

  /** It takes pictures in a message. */
  IMAGES,

  /** It takes files in a message. */
  FILES,

  /** Its runs go on after a restart of the gateway. */
  RESUMABLE,

  /** A cancelled run says {@code upstream_confirmed}: its work has stopped for certain. */
  CONFIRMED_CANCEL
}
