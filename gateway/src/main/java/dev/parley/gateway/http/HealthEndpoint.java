package dev.parley.gateway.http;

/** {@code /healthz}: answers while the process and its event loops run. */
public final class HealthEndpoint implements ImmediateEndpoint {

  @Override
  public String path() {
    return "/healthz";
  }

  @Override
  public boolean isAlwaysOpen() {
    return true;
  }

  @Override
  public Response respond(Request request) {
    return Response.json(200, "{\"status\":\"ok\"}");
  }
}
