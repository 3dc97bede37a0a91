package dev.parley.gateway.user;

import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import java.util.ArrayList;
import java.util.List;

/** The first frame of a connection. */
final class Welcomes {

  private Welcomes() {}

  static byte[] encode(UserContext context, Principal principal, ConnectionId connection) {
    Services services = context.services();
    Tier tier = context.tier();
    List<ServerSignal.OpenRun> runs = new ArrayList<>();
    for (Run run : context.openRuns()) {
      ThreadState thread = run.thread();
      runs.add(
          new ServerSignal.OpenRun(
              thread.id(), run.id(), run.agent(), thread.epoch(), thread.head()));
    }
    return MessageCodec.encode(
        new ServerSignal.Welcome(
            connection,
            principal.user().subject(),
            tier.name(),
            context.home().now(),
            services.heartbeat().toMillis(),
            services.maxFrameBytes(),
            TierLimits.of(tier),
            runs));
  }
}
