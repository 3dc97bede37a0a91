package dev.parley.gateway.http;

/** {@code /healthz}: the process is alive and its event loops turn. */
public final class Health implements Resource {

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
