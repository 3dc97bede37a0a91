package dev.parley.gateway.http;

import dev.parley.gateway.monitor.Phases;
import io.netty.handler.codec.http.HttpHeaderNames;

/**
 * {@code /readyz}: whether the gateway is ready, which components are degraded, and the time of
 * each phase of the start. A degraded gateway answers 200, because no other gateway has its threads
 * (operations, "Ready and degraded").
 */
public final class ReadinessEndpoint implements ImmediateEndpoint {

  private final Phases phases;

  public ReadinessEndpoint(Phases phases) {
    this.phases = phases;
  }

  @Override
  public String path() {
    return "/readyz";
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
