package dev.parley.gateway.protocol;

/** A request that is refused. It carries no stack: hostile input must stay cheap. */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public RefusedException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  /** A request that is not what it should be: 400. */
  public static RefusedException badRequest(String detail) {
    return new RefusedException(Problem.of(400, ErrorCode.INVALID_ARGUMENT, detail));
  }

  public Problem problem() {
    return problem;
  }
}
