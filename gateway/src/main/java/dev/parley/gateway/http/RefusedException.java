package dev.parley.gateway.http;

import dev.parley.gateway.protocol.Problem;

/** A request that is refused. It carries no stack: hostile input must stay cheap. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  RefusedException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  Problem problem() {
    return problem;
  }
}
