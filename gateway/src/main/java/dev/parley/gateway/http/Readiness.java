package dev.parley.gateway.http;

import dev.parley.gateway.monitor.Phases;
import io.netty.handler.codec.http.HttpHeaderNames;

/**
 * {@code /readyz}: whether the gateway takes work, what it does less well than it should, and each
 * phase of its start with its time. Degraded is 200: threads live here alone, so nobody could take
 * this gateway's place (operations, "Ready and degraded").
 */
public final class Readiness implements Resource {

  private final Phases phases;

  public Readiness(Phases phases) {
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
    return phases.isReady()
        ? Response.json(200, phases.json())
        : Response.json(503, phases.json()).with(HttpHeaderNames.RETRY_AFTER, "1");
  }
}
