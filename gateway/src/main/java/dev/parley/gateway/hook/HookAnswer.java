package dev.parley.gateway.hook;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the receiver of a hook answered. */
public interface HookAnswer {

  /** The HTTP status. */
  int status();

  /** Whether the status is one of 200 to 299. */
  default boolean isSuccess() {
    return status() / 100 == 2;
  }

  /** The time that {@code Retry-After} asks for, at most an hour; null if there is none. */
  @Nullable Duration retryAfter();
}
