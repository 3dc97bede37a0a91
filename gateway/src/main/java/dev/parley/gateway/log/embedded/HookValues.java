package dev.parley.gateway.log.embedded;

import dev.parley.gateway.log.RunHook;
import dev.parley.gateway.protocol.AgentName;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RunId;
import dev.parley.gateway.protocol.RunState;
import dev.parley.gateway.protocol.WireName;
import org.jspecify.annotations.Nullable;

/** The values of web hooks that wait. */
final class HookValues {

  private HookValues() {}

  static byte[] encode(RunHook hook) {
    ErrorCode code = hook.code();
    return new ValueWriter(RecordKind.RUN_HOOK)
        .putText(hook.run().value())
        .putText(hook.agent().value())
        .putText(hook.state().wire())
        .putText(code == null ? "" : code.wire())
        .putCount(hook.endedMillis())
        .putCount(hook.dueMillis())
        .toBytes();
  }

  /** The hook at this place. */
  static RunHook hook(byte[] key, byte[] value) {
    return ValueReader.read(
        RecordKind.RUN_HOOK,
        value,
        in ->
            new RunHook(
                Keys.parseThread(key),
                Keys.seq(key),
                new RunId(in.getText()),
                new AgentName(in.getText()),
                WireName.parse("state", RunState.values(), in.getText()),
                code(in),
                in.getCount(),
                in.getCount()));
  }

  private static @Nullable ErrorCode code(ValueReader in) {
    String code = in.getText();
    return code.isEmpty() ? null : WireName.parse("code", ErrorCode.values(), code);
  }
}
