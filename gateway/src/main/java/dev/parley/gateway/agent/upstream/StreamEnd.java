package dev.parley.gateway.agent.upstream;

/** How a stream ended that did not fail. */
public enum StreamEnd {
  /** The listener has seen the terminal event of its dialect. */
  TERMINAL,

  /** The service closed the stream cleanly, and the listener has seen no terminal event. */
  CLEAN
}
