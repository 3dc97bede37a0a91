package dev.parley.gateway.codec;

import dev.parley.gateway.protocol.ErrorBody;

/** A refusal of one field, before it is known whom to answer. */
final class FieldException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient ErrorBody error;

  FieldException(ErrorBody error) {
    super(error.message(), null, false, false);
    this.error = error;
  }

  ErrorBody error() {
    return error;
  }
}
