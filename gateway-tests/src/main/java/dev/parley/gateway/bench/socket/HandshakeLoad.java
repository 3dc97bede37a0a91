package dev.parley.gateway.bench.socket;

import io.netty.channel.EventLoopGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Handshakes one after the other in this number of lanes, each of another user: a connection is
 * opened, and closed when its welcome has come.
 */
record HandshakeLoad(int connections) implements SocketLoad {

  private static final long TO_SETTLE_MILLIS = 500;

  @Override
  public String name() {
    return "handshakes";
  }

  @Override
  public void run(EventLoopGroup loops, Target target, int seconds, Result result)
      throws InterruptedException {
    Meter meter = new Meter();
    List<HandshakeLane> lanes = new ArrayList<>();
    for (int i = 0; i < connections; i++) {
      lanes.add(new HandshakeLane(loops, target, "u" + i, meter));
    }
    lanes.forEach(HandshakeLane::begin);
    TimeUnit.MILLISECONDS.sleep(Math.min(TO_SETTLE_MILLIS, TimeUnit.SECONDS.toMillis(seconds)));
    meter.measure(target.server(), seconds, result);
    for (HandshakeLane lane : lanes) {
      SocketLoad.get(lane.end());
    }
  }
}
