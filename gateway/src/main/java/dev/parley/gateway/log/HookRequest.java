package dev.parley.gateway.log;

import dev.parley.gateway.protocol.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Asks the log to keep a {@link RunHook} of the end of a run.
 *
 * @param afterMillis how long the user has to acknowledge the end
 * @param code why the run failed; absent if it did not
 */
public record HookRequest(long afterMillis, @Nullable ErrorCode code) {}
