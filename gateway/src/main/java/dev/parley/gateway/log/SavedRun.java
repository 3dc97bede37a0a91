package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RawJson;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of an open run so that it can be resumed after a restart. It is removed with the end
 * of the run. The log does not read it, and no reader of the thread gets it.
 *
 * @param request what the run was asked
 * @param checkpoint the newest; absent before the first
 */
public record SavedRun(RawJson request, @Nullable RawJson checkpoint) {}
