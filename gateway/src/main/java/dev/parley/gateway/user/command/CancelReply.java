package dev.parley.gateway.user.command;

import dev.parley.gateway.protocol.CommandId;
import dev.parley.gateway.protocol.Refusal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.trace.TraceSpan;
import dev.parley.gateway.user.read.Reader;
import java.util.List;

/** Takes the answer to a cancel command. Used at the user's home only. */
interface CancelReply {

  /** What became of it: the state on the wire. */
  void state(String state);

  void reject(Refusal refusal);

  /** Answers this command of the connection, whose span ends with that. */
  static CancelReply of(Reader reader, CommandId command, TraceSpan span) {
    return new CancelReply() {
      @Override
      public void state(String state) {
        reader.reply(new ServerSignal.Accepted(command, null, null, null, state, false));
        CommandSpans.done(span, state);
      }

      @Override
      public void reject(Refusal refusal) {
        reader.reply(new ServerSignal.Rejected(command, null, refusal));
        CommandSpans.rejected(span, refusal.code());
      }
    };
  }

  /** Gives each of them the same answer. */
  static CancelReply toAll(List<CancelReply> replies) {
    List<CancelReply> all = List.copyOf(replies);
    return new CancelReply() {
      @Override
      public void state(String state) {
        all.forEach(each -> each.state(state));
      }

      @Override
      public void reject(Refusal refusal) {
        all.forEach(each -> each.reject(refusal));
      }
    };
  }
}
