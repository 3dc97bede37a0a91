package dev.parley.gateway.log;

import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.ThreadId;
import org.jspecify.annotations.Nullable;

/**
 * What was answered to an accepted command.
 *
 * @param seq the first seq of its commit
 * @param run the run it started
 */
public record Remembered(Fingerprint fingerprint, ThreadId thread, long seq, @Nullable RunId run) {}
