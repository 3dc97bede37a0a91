package dev.parley.gateway.http;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.monitor.Phases;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;

/**
 * {@code /readyz}: whether the gateway is ready, which components are degraded, and the time of
 * each phase of the start. A degraded gateway answers 200, because no other gateway has its threads
 * (operations, "Ready and degraded").
 */
public final class ReadinessEndpoint implements ImmediateEndpoint {

  private static final Call CALL =
      Call.get("getReadiness", "Tells whether the gateway is ready, and how far its start is.")
          .answers(200, "It is ready, perhaps degraded.", "http", "readiness")
          .answers(503, "It starts, drains or has failed.", "http", "readiness");

  private final Phases phases;

  public ReadinessEndpoint(Phases phases) {
    this.phases = phases;
  }

  @Override
  public String path() {
    return "/readyz";
  }

  @Override
  public Side side() {
    return Side.BOTH;
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public boolean isAlwaysOpen() {
    return true;
  }

  @Override
  public Response respond(Request request) {
    return phases.isInRotation()
        ? Response.json(200, phases.json())
        : Response.json(503, phases.json()).with(HttpHeaderNames.RETRY_AFTER, "1");
  }
}
