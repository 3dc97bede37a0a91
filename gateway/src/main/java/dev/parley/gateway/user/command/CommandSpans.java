package dev.parley.gateway.user.command;

import dev.parley.gateway.codec.CommandTypes;
import dev.parley.gateway.protocol.ClientCommand;
import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.trace.SpanRole;
import dev.parley.gateway.trace.TraceKeys;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.trace.Traces;
import org.jspecify.annotations.Nullable;

/**
 * The spans of commands that change a thread, from their decoding to their answer, and of the
 * commits that store them. Used at the user's home only.
 */
final class CommandSpans {

  private static final String OUTCOME = TraceKeys.OUTCOME;

  private final Traces traces;

  CommandSpans(Traces traces) {
    this.traces = traces;
  }

  /** The span of a command that came so long ago; no span for a command that changes no thread. */
  TraceSpan begin(ClientCommand command, long sinceNanos) {
    if (!traces.isOn() || !isTraced(command)) {
      return TraceSpan.NONE;
    }
    TraceSpan span =
        traces.child(
            SpanRole.SERVER,
            "command " + CommandTypes.of(command),
            command.traceparent(),
            sinceNanos);
    CommandId id = command.id();
    if (id != null) {
      span.set(TraceKeys.COMMAND, id.value());
    }
    if (command instanceof ClientCommand.Appending appending) {
      span.set(TraceKeys.THREAD, appending.thread().value());
    }
    return span;
  }

  private static boolean isTraced(ClientCommand command) {
    return command instanceof ClientCommand.Appending || command instanceof ClientCommand.CancelRun;
  }

  /** The span of the commit of a command. */
  TraceSpan commit(AppendRequest request) {
    return traces.isOn()
        ? traces.child(SpanRole.INTERNAL, "commit", request.traceparent(), 0)
        : TraceSpan.NONE;
  }

  static void accepted(TraceSpan span, @Nullable RunId run) {
    if (run != null) {
      span.set(TraceKeys.RUN, run.value());
    }
    done(span, "accepted");
  }

  /** It was carried out, with this outcome. */
  static void done(TraceSpan span, String outcome) {
    span.set(OUTCOME, outcome);
    span.end();
  }

  static void rejected(TraceSpan span, ErrorCode code) {
    span.set(OUTCOME, "rejected");
    span.fail(code.wire());
    span.end();
  }
}
