package dev.parley.gateway;

import dev.parley.gateway.config.Problems;

/** The gateway could not start. The message lists all problems. */
public final class StartException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StartException(Problems problems) {
    super(problems.toString());
  }
}
