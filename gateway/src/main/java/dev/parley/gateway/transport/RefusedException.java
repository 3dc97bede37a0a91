package dev.parley.gateway.transport;

import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Problem;

/** A request that is refused. It carries no stack: hostile input must stay cheap. */
final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  RefusedException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** A request that is not what it should be: 400. */
  static RefusedException badRequest(String detail) {
    return new RefusedException(Problem.of(400, ErrorCode.INVALID_ARGUMENT, detail));
  }

  Problem problem() {
    return problem;
  }
}
