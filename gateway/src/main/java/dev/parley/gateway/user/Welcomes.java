package dev.parley.gateway.user;

import dev.parley.gateway.codec.MessageCodec;
import dev.parley.gateway.limit.Tier;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.ServerSignal;
import dev.parley.gateway.user.home.Home;
import dev.parley.gateway.user.home.UserTier;
import dev.parley.gateway.user.run.OpenRuns;
import dev.parley.gateway.user.run.Run;
import dev.parley.gateway.user.thread.ThreadState;
import java.util.ArrayList;
import java.util.List;

/** Writes the first frame of a connection. Used at the user's home only. */
final class Welcomes {

  private final Home home;
  private final UserTier tier;
  private final OpenRuns runs;
  private final Services services;

  Welcomes(Home home, UserTier tier, OpenRuns runs, Services services) {
    this.home = home;
    this.tier = tier;
    this.runs = runs;
    this.services = services;
  }

  byte[] encode(Principal principal, ConnectionId connection) {
    Tier now = tier.tier();
    return MessageCodec.encode(
        new ServerSignal.Welcome(
            connection,
            principal.user().subject(),
            now.name(),
            home.now(),
            services.reads().heartbeat().toMillis(),
            services.maxFrameBytes(),
            TierLimits.of(now),
            principal.mayRead() ? open() : List.of()));
  }

  private List<ServerSignal.OpenRun> open() {
    List<ServerSignal.OpenRun> open = new ArrayList<>();
    for (Run.RunIdentity run : runs.all()) {
      ThreadState thread = run.thread();
      open.add(
          new ServerSignal.OpenRun(
              thread.id(), run.id(), run.agent(), thread.epoch(), thread.head()));
    }
    return open;
  }
}
