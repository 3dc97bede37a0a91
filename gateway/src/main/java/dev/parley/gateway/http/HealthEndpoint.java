package dev.parley.gateway.http;

import dev.parley.gateway.contract.Call;
import java.util.List;

/** {@code /healthz}: answers while the process and its event loops run. */
public final class HealthEndpoint implements ImmediateEndpoint {

  private static final Call CALL =
      Call.get("getHealth", "Tells that the process and its event loops run.")
          .answers(200, "They run.", "http", "health");

  @Override
  public String path() {
    return "/healthz";
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
    return Response.json(200, "{\"status\":\"ok\"}");
  }
}
