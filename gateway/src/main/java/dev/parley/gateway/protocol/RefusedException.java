package dev.parley.gateway.protocol;

import org.jspecify.annotations.Nullable;

/**
 * A request, command or token that is refused. It has no stack trace, because hostile input must
 * stay cheap.
 */
public final class RefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Refusal refusal;
  private final transient @Nullable CommandId command;
  private final transient @Nullable ThreadId thread;

  public RefusedException(Refusal refusal) {
    this(refusal, null, null);
  }

  /** A refused command, as far as its id and its thread could be read. */
  public RefusedException(Refusal refusal, @Nullable CommandId command, @Nullable ThreadId thread) {
    super(refusal.message(), null, false, false);
    this.refusal = refusal;
    this.command = command;
    this.thread = thread;
  }

  /** A refusal of the whole request or command. */
  public static RefusedException of(ErrorCode code, String message) {
    return new RefusedException(Refusal.of(code, message));
  }

  /** A request that is malformed or has an invalid value. */
  public static RefusedException invalid(String message) {
    return of(ErrorCode.INVALID_ARGUMENT, message);
  }

  public Refusal refusal() {
    return refusal;
  }

  /** The refusal as a frame: {@code rejected} when the id of the command is known, else error. */
  public ServerSignal answer() {
    return ServerSignal.refused(command, thread, refusal);
  }
}
