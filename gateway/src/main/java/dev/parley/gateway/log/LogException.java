package dev.parley.gateway.log;

import org.jspecify.annotations.Nullable;

/** The log could not be opened, read or written; the message names what and the ways out. */
public final class LogException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public LogException(String message) {
    super(message);
  }

  public LogException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
