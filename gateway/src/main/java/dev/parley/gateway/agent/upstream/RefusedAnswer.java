package dev.parley.gateway.agent.upstream;

import io.netty.buffer.ByteBuf;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer that is no stream: its status, and the beginning of its body. */
final class RefusedAnswer {

  private static final int MAX_BYTES = 64 << 10;

  private final int status;
  private final String contentType;
  private final @Nullable Duration retryAfter;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();

  RefusedAnswer(int status, String contentType, @Nullable Duration retryAfter) {
    this.status = status;
    this.contentType = contentType;
    this.retryAfter = retryAfter;
  }

  /** Takes the next bytes; false if no more are wanted. */
  boolean append(ByteBuf bytes) {
    try {
      bytes.readBytes(body, Math.min(bytes.readableBytes(), MAX_BYTES - body.size()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return body.size() < MAX_BYTES;
  }

  Failure failure(ErrorText texts) {
    String said = texts.of(body.toByteArray());
    if (status >= 300) {
      return Failures.status(status, said, body.toString(StandardCharsets.UTF_8), retryAfter);
    }
    String message =
        contentType.isEmpty()
            ? "The service answered without a content type, not with a stream of events"
            : "The service answered with "
                + texts.shown(contentType)
                + ", not with a stream of events";
    return Failures.protocol(message, said);
  }
}
