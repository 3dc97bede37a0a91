package dev.parley.gateway.notify;

import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.protocol.UserId;
import java.time.Instant;

/** The web hooks of ends of runs (operations manual, "Tell the absent"). */
final class RunHookBody {

  private RunHookBody() {}

  /** The same for each attempt: one for each run. */
  static String id(RunHook hook) {
    return "notify." + hook.run().value();
  }

  /** Names, numbers and times only: nothing that people or agents said. */
  static byte[] of(RunHook hook) {
    UserId user = hook.thread().user();
    return JsonOut.object(
        out -> {
          out.text("type", "run.ended");
          out.text("id", id(hook));
          out.text("tenant", user.tenant());
          out.text("user_id", user.subject());
          out.text("thread_id", hook.thread().thread().value());
          out.text("run_id", hook.run().value());
          out.text("agent", hook.agent().value());
          out.text("state", hook.state().wire());
          out.text("code", hook.code() == null ? null : hook.code().wire());
          out.number("seq", hook.seq());
          out.text("at", JsonOut.timestamp(Instant.ofEpochMilli(hook.endedMillis())));
        });
  }
}
