package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.codec.SessionJson.Session;
import dev.parley.gateway.codec.SessionJson.Used;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.Scope;
import dev.parley.gateway.protocol.ServerSignal.Limits;
import dev.parley.gateway.protocol.UserId;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SessionJsonTest {

  private static final Limits LIMITS = new Limits(200, 10, 5, 4, 100, 1L << 40, 5000);
  private static final String LIMITS_JSON =
      "\"limits\":{\"commands_per_minute\":200,\"burst\":10,\"connections\":5,\"open_runs\":4,"
          + "\"subscriptions\":100,\"stored_bytes\":1099511627776,\"threads\":5000}";

  public void aSessionSaysWhoAsksAndHowMuchIsAllowedAndUsed() {
    Principal principal =
        new Principal(
            new UserId("acme", "ada \"é\""),
            "gold",
            Set.of(Scope.OPERATOR, Scope.CHAT, Scope.AGENT),
            Instant.parse("2026-11-22T10:00:00.120Z"));
    Session session =
        new Session(
            principal, "early", Duration.ofSeconds(20), 65536, LIMITS, new Used(1L << 33, 12));
    assertThat(new String(SessionJson.encode(session), UTF_8))
        .isEqualTo(
            "{\"user_id\":\"ada \\\"é\\\"\",\"tenant\":\"acme\",\"tier\":\"early\","
                + "\"expires_at\":\"2026-11-22T10:00:00.120Z\","
                + "\"scopes\":[\"chat\",\"agent\",\"operator\"],"
                + "\"heartbeat_ms\":20000,\"max_frame_bytes\":65536,"
                + LIMITS_JSON
                + ",\"used\":{\"stored_bytes\":8589934592,\"threads\":12}}");
  }

  public void limitsAreOneField() {
    byte[] object = JsonOut.object(out -> SessionJson.writeLimits(out.json(), LIMITS));
    assertThat(new String(object, UTF_8)).isEqualTo("{" + LIMITS_JSON + "}");
  }
}
