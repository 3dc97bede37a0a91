package dev.parley.gateway.log;

import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A stored record cannot be read, now or at any later time. The message names the kind of the
 * record and what was found, but nothing of its content.
 */
public final class DamagedRecordException extends LogException {

  private static final long serialVersionUID = 1L;

  public DamagedRecordException(String message) {
    super(message);
  }

  public DamagedRecordException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** The damage that the failure of a stage stands for, if it is one. */
  public static Optional<DamagedRecordException> in(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    return cause instanceof DamagedRecordException damage ? Optional.of(damage) : Optional.empty();
  }
}
