package dev.parley.gateway.tests.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import java.net.URI;
import java.time.Duration;
import java.util.function.Predicate;

/** Sends broadcasts with the token of an administrator, and reads their receipts. */
public final class Broadcaster {

  private static final String PATH = "/v1/broadcasts";

  private final HttpCaller http;

  /** With a token of scope {@code admin}. */
  public Broadcaster(URI gateway, String token) {
    this.http = new HttpCaller(gateway, token);
  }

  /** Every user of the tenant. */
  public static ObjectNode all() {
    return Json.object().put("all", true);
  }

  /** Every user who is connected. */
  public static ObjectNode online() {
    return Json.object().put("online", true);
  }

  /** The users of these tiers. */
  public static ObjectNode tiers(String... names) {
    return named("tiers", names);
  }

  /** These users. */
  public static ObjectNode users(String... names) {
    return named("users", names);
  }

  private static ObjectNode named(String kind, String... names) {
    ArrayNode list = Json.array();
    for (String name : names) {
      list.add(name);
    }
    return Json.object().set(kind, list);
  }

  /** A body with this title. */
  public static ObjectNode body(ObjectNode audience, String title) {
    ObjectNode body = Json.object();
    body.set("audience", audience);
    body.set("notification", Json.object().put("title", title).put("body", "The text."));
    return body;
  }

  public HttpAnswer post(ObjectNode body) {
    return http.post(PATH, body);
  }

  /** Sends a broadcast and returns its id. */
  public String send(ObjectNode audience, String title) {
    return send(body(audience, title));
  }

  /** Sends this body and returns the id. */
  public String send(ObjectNode body) {
    HttpAnswer answer = post(body);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(201);
    return answer.text("broadcast_id");
  }

  /** Sends to this user, again until the user is in the directory, and returns the id. */
  public String sendTo(String user, String title) {
    return await()
        .atMost(Bounds.TIMEOUT)
        .until(
            () -> {
              String id = send(users(user), title);
              awaitReceipt(id, receipt -> !receipt.path("addressed").isNull());
              return get(id).json().path("addressed").asInt() == 1 ? id : "";
            },
            id -> !id.isEmpty());
  }

  public HttpAnswer get(String idAndQuery) {
    return http.get(PATH + "/" + idAndQuery);
  }

  public HttpAnswer cancel(String id) {
    return http.delete(PATH + "/" + id);
  }

  /** The counts of the receipt, as addressed, delivered, acknowledged, waiting, expired. */
  public String counts(String id) {
    JsonNode receipt = get(id).json();
    return receipt.path("addressed")
        + " "
        + receipt.path("delivered")
        + " "
        + receipt.path("acknowledged")
        + " "
        + receipt.path("waiting")
        + " "
        + receipt.path("expired");
  }

  /** Waits until the receipt has these counts. */
  public void awaitCounts(String id, String counts) {
    await()
        .atMost(Bounds.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .untilAsserted(() -> assertThat(counts(id)).isEqualTo(counts));
  }

  /** Waits until the receipt is like this. */
  public void awaitReceipt(String id, Predicate<JsonNode> wanted) {
    await()
        .atMost(Bounds.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> wanted.test(get(id).json()));
  }
}
