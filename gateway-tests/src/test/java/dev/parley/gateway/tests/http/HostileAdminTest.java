package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Parallel;
import dev.parley.gateway.tests.support.WsClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** An administrator of one tenant tries the calls of operators with what is not meant for them. */
@Test(groups = {"multi_user", "websocket"})
public class HostileAdminTest extends GatewayTest {

  private static final List<String> ODD_TENANTS =
      List.of("victim", "..", "a/b", "%00", "' OR 1=1", "*", "\u202evictim", " victim", "VICTIM");

  private HttpCaller admin(String tenant) {
    ObjectNode claims =
        gateway.tokens().claims("mallory").put("tenant", tenant).put("scope", "chat admin");
    return new HttpCaller(gateway.address(), gateway.tokens().signed(claims));
  }

  private static String query(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  @DataProvider
  public Object[][] lists() {
    return new Object[][] {
      {"/v1/connections?"},
      {"/v1/users?"},
      {"/v1/audit?"},
      {"/v1/users/threads?user_id=ada&"},
      {"/v1/users/timeline?user_id=ada&thread_id=t&"},
    };
  }

  @Test(dataProvider = "lists")
  public void anotherTenantIsRefusedWhateverItsName(String list) {
    HttpCaller mallory = admin("hostile");
    for (String tenant : ODD_TENANTS) {
      assertThat(mallory.get(list + "tenant=" + query(tenant)).status()).as(tenant).isEqualTo(403);
    }
    assertThat(mallory.get(list + "tenant=hostile&tenant=victim").status()).isEqualTo(400);
  }

  public void nothingIsChangedInAnotherTenant() {
    WsClient client = connectWith(gateway.tokens().of("victim", ada));
    HttpCaller mallory = admin("hostile");
    for (String path : List.of("/v1/users/disconnect", "/v1/users/erase")) {
      for (String tenant : ODD_TENANTS) {
        ObjectNode body = Json.object().put("user_id", ada).put("tenant", tenant);
        assertThat(mallory.post(path, body).status()).as(tenant).isEqualTo(403);
      }
    }
    client.barrier();
  }

  @Test(dataProvider = "lists")
  public void aPageHasALimit(String list) {
    for (String limit :
        List.of("0", "-1", "1e9", "501000", "99999999999999999999", "+1", "\u0661")) {
      HttpAnswer answer = admin("hostile").get(list + "limit=" + query(limit));
      assertThat(answer.status()).as(limit).isEqualTo(400);
    }
  }

  /** A cursor names a place; the tenant is always that of the caller. */
  public void aCursorOfAnotherTenantShowsNothingOfIt() {
    for (String user : List.of("aaa", "bbb", "ccc")) {
      connectWith(gateway.tokens().of("shown", user)).barrier();
    }
    for (String list : List.of("/v1/connections?limit=1", "/v1/users?limit=1")) {
      String next = admin("shown").get(list).text("next");
      HttpAnswer answer = admin("hostile").get(list + "&after=" + query(next));
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.json().toString()).doesNotContain("bbb").doesNotContain("ccc");
    }
  }

  public void anAdministratorMayCloseAndEraseThemselves() {
    ObjectNode self = Json.object().put("user_id", "mallory");
    WsClient own = connectWith(gateway.tokens().of("self", "mallory"));
    HttpCaller mallory = admin("self");
    assertThat(mallory.post("/v1/users/disconnect", self).json().path("closed").asInt())
        .isEqualTo(1);
    assertThat(own.awaitClose().code()).isEqualTo(4403);
    WsClient again = connectWith(gateway.tokens().of("self", "mallory"));
    assertThat(mallory.post("/v1/users/erase", self).status()).isEqualTo(200);
    assertThat(again.awaitClose().code()).isEqualTo(4403);
    connectWith(gateway.tokens().of("self", "mallory")).barrier();
  }

  /** In whatever order they come, each has an answer, and the last erasure leaves no name. */
  public void erasuresDisconnectionsAndBroadcastsOfOneUserAtOnce() throws Exception {
    connectWith(gateway.tokens().of("at-once", ada)).barrier();
    HttpCaller mallory = admin("at-once");
    ObjectNode user = Json.object().put("user_id", ada);
    List<CompletableFuture<HttpAnswer>> answers = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String call = List.of("erase", "disconnect", "broadcast").get(i % 3);
      answers.add(
          Parallel.supply(
              () ->
                  call.equals("broadcast")
                      ? mallory.post(
                          "/v1/broadcasts", Broadcaster.body(Broadcaster.users(ada), "Title"))
                      : mallory.post("/v1/users/" + call, user)));
    }
    for (CompletableFuture<HttpAnswer> each : answers) {
      HttpAnswer answer = each.get(Bounds.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(Set.of(200, 201, 429)).contains(answer.status());
    }
    assertThat(mallory.post("/v1/users/erase", user).status()).isEqualTo(200);
    for (CompletableFuture<HttpAnswer> each : answers) {
      if (each.get().status() == 201) {
        String receipt = "/v1/broadcasts/" + each.get().text("broadcast_id") + "?users=all";
        assertThat(mallory.get(receipt).json().toString()).doesNotContain(ada);
      }
    }
    connectWith(gateway.tokens().of("at-once", ada)).barrier();
  }
}
