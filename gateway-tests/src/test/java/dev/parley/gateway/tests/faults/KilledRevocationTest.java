package dev.parley.gateway.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.TestHttp;
import dev.parley.gateway.tests.support.WsClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.testng.annotations.Test;

/** Kills the process with SIGKILL after a revocation: it is in force before anybody comes in. */
@Test(groups = {"error_recovery", "security"})
public class KilledRevocationTest extends KilledCall {

  private static final Map<String, String> SETTINGS = Map.of("dev.admin", "true");

  public KilledRevocationTest() {
    super(SETTINGS, "revocations.add");
  }

  private CompletableFuture<Void> revoke() {
    HttpCaller admin = admin();
    ObjectNode untilNow =
        Json.object().put("user_id", "ada").put("issued_before", Instant.now().toString());
    return Parallel.run(
        () -> assertThat(admin.post("/v1/revocations", untilNow).status()).isEqualTo(200));
  }

  /** The status of a call while the gateway starts; 0 while nobody answers. */
  private static int status(URI gateway, String token) {
    HttpRequest request =
        HttpRequest.newBuilder(gateway.resolve("/v1/session"))
            .header("Authorization", "Bearer " + token)
            .build();
    try {
      return TestHttp.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    }
  }

  @Test(dataProvider = "moments")
  public void whatWasRevokedIsRevokedFromTheFirstMomentOn(Seen seen) {
    WsClient client = WsClient.open(child.address(), ada);
    CompletableFuture<Void> answer = revoke();
    switch (seen) {
      case RECORD -> awaitRecord();
      case CLOSE -> assertThat(client.awaitClose().code()).isEqualTo(4401);
      case ANSWER -> answer.join();
    }
    URI address = child.address();
    child.kill();
    client.drop();
    child = child.tryRestart(SETTINGS);
    int first =
        Awaitility.await()
            .atMost(Bounds.TIMEOUT)
            .pollDelay(Duration.ZERO)
            .until(() -> status(address, ada), status -> status != 0 && status != 503);
    assertThat(first).isEqualTo(401);
    try (RawClient socket = RawClient.open(address)) {
      String upgrade = RawClient.upgrade("Authorization: Bearer " + ada);
      assertThat(socket.request(upgrade).status()).isEqualTo(401);
    }
    assertThat(outcome()).isEqualTo("done");
    Awaitility.await()
        .atMost(Bounds.TIMEOUT)
        .until(() -> status(address, child.token("ada")) == 200);
  }

  public void whatWasUndoneIsUndone() {
    revoke().join();
    HttpCaller admin = admin();
    assertThat(
            admin
                .post("/v1/revocations/remove", Json.object().put("user_id", "ada"))
                .json()
                .path("removed")
                .asBoolean())
        .isTrue();
    child.kill();
    child = child.restart(SETTINGS);
    assertThat(status(child.address(), ada)).isEqualTo(200);
  }
}
