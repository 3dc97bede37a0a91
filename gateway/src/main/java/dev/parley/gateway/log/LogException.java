package dev.parley.gateway.log;

import org.jspecify.annotations.Nullable;

/**
 * The log could not be opened, read or written. The message says what failed and what to do. It may
 * pass, unless it is a {@link DamagedRecordException}.
 */
public sealed class LogException extends RuntimeException permits DamagedRecordException {

  private static final long serialVersionUID = 1L;

  public LogException(String message) {
    super(message);
  }

  public LogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
