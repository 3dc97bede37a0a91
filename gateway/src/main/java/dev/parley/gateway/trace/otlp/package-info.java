/** Traces that OpenTelemetry sends to a receiver (OTLP over HTTP). */
@NullMarked
package dev.parley.gateway.trace.otlp;

import org.jspecify.annotations.NullMarked;
