package dev.parley.gateway.tests.promises;

import static dev.parley.gateway.tests.support.Broadcaster.all;
import static dev.parley.gateway.tests.support.Broadcaster.body;
import static dev.parley.gateway.tests.support.Broadcaster.online;
import static dev.parley.gateway.tests.support.Broadcaster.tiers;
import static dev.parley.gateway.tests.support.Broadcaster.users;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.tests.report.BusinessValue;
import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Broadcaster;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.HttpCaller;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.ThreadReader;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Each test has a tenant of its own. {@code faults.KilledBroadcastTest} kills the process. */
@BusinessValue(
    segment = "everyone",
    goal = "Retention",
    valueImpact = "Whom a message is for gets it exactly once, also after days away",
    strategicImpact = "Who was told, and who was not, is known by name")
@Test(groups = {"business_value", "multi_user"})
public class P15Broadcast extends GatewayTest {

  private static final String INBOX = "@inbox";
  private static int tenants;

  private String tenant;
  private Broadcaster admin;

  @BeforeMethod(alwaysRun = true)
  public void nameTenant() {
    tenant = "tenant-" + ++tenants;
    admin = new Broadcaster(gateway.address(), adminOf(tenant));
  }

  private String adminOf(String name) {
    return gateway
        .tokens()
        .signed(gateway.tokens().claims("root").put("tenant", name).put("scope", "admin"));
  }

  private String token(String user, String tier) {
    ObjectNode claims = gateway.tokens().claims(user).put("tenant", tenant).put("tier", tier);
    return gateway.tokens().signed(claims);
  }

  private WsClient reading(String user, String tier) {
    WsClient client = connectWith(token(user, tier));
    client.readAll(INBOX);
    return client;
  }

  /** Comes and goes: from then on the user is in the directory. */
  private void introduce(String user, String tier) {
    WsClient client = WsClient.open(gateway.address(), token(user, tier));
    client.close();
    Awaitility.await().atMost(Bounds.TIMEOUT).until(() -> isKnown(user));
  }

  private boolean isKnown(String user) {
    String probe = admin.send(users(user), "Are you there?");
    admin.awaitReceipt(probe, receipt -> !receipt.path("addressed").isNull());
    return admin.cancel(probe).json().path("addressed").asInt() == 1;
  }

  private static List<String> titles(ThreadReader inbox) {
    return inbox.events().stream().map(event -> event.text("title")).toList();
  }

  private static Received awaitTitle(WsClient client, String title) {
    return client.awaitWhere(title, frame -> frame.text("title").equals(title));
  }

  public void whoIsOnlineGetsItAtOnceAndTheReceiptSaysSo() {
    WsClient one = reading(ada, "early");
    WsClient two = reading(bob, "mid");
    ObjectNode sent = body(all(), "Maintenance at noon");
    sent.withObject("/notification").put("priority", "high").put("action_url", "/status");
    long begin = System.nanoTime();
    String id = admin.send(sent);
    Received event = awaitTitle(one, "Maintenance at noon");
    Figures.report("sent to written", (System.nanoTime() - begin) / 1e6, "ms");
    assertThat(event.type()).isEqualTo("notification");
    assertThat(event.text("broadcast_id")).isEqualTo(id);
    assertThat(event.text("priority")).isEqualTo("high");
    assertThat(event.text("action_url")).isEqualTo("/status");
    awaitTitle(two, "Maintenance at noon");
    admin.awaitCounts(id, "2 2 0 0 0");
    one.sendValid(Commands.ack(event.seq()));
    admin.awaitCounts(id, "2 2 1 0 0");
  }

  public void aTierIsMeantByTheTierOfThen() {
    introduce("early-bird", "early");
    introduce("middle", "mid");
    introduce("big", "enterprise");
    String id = admin.send(tiers("mid", "enterprise"), "For some");
    WsClient risen = reading("early-bird", "mid");
    WsClient fallen = reading("middle", "early");
    awaitTitle(fallen, "For some");
    admin.awaitCounts(id, "2 1 0 1 0");
    risen.barrier();
    String next = admin.send(tiers("mid"), "Now you");
    awaitTitle(risen, "Now you");
    admin.awaitCounts(next, "1 1 0 0 0");
    assertThat(titles(risen.readAll(INBOX))).doesNotContain("For some");
  }

  public void anAbsentUserGetsItOnComingAndNeverTwice() {
    introduce(ada, "early");
    String id = admin.send(all(), "While you were away");
    admin.awaitCounts(id, "1 0 0 1 0");
    WsClient first = reading(ada, "early");
    awaitTitle(first, "While you were away");
    admin.awaitCounts(id, "1 1 0 0 0");
    first.close();
    for (int i = 0; i < 3; i++) {
      WsClient again = reading(ada, "early");
      again.barrier();
      assertThat(titles(again.thread(INBOX))).containsOnlyOnce("While you were away");
      again.close();
    }
    admin.awaitCounts(id, "1 1 0 0 0");
  }

  public void whoComesLaterIsNotAddressed() {
    introduce(ada, "early");
    String id = admin.send(all(), "Old news");
    WsClient late = reading(bob, "early");
    String next = admin.send(all(), "News");
    awaitTitle(late, "News");
    assertThat(titles(late.thread(INBOX))).containsExactly("News");
    admin.awaitCounts(id, "1 0 0 1 0");
    admin.awaitCounts(next, "2 1 0 1 0");
  }

  public void anotherTenantNeverGetsIt() {
    introduce(ada, "early");
    WsClient stranger = connectWith(gateway.tokens().of("elsewhere-" + tenant, ada));
    stranger.readAll(INBOX);
    String id = admin.send(all(), "Ours alone");
    awaitTitle(reading(ada, "early"), "Ours alone");
    Broadcaster other = new Broadcaster(gateway.address(), adminOf("elsewhere-" + tenant));
    assertThat(other.get(id).status()).isEqualTo(404);
    assertThat(other.cancel(id).status()).isEqualTo(404);
    other.send(all(), "Theirs");
    awaitTitle(stranger, "Theirs");
    assertThat(titles(stranger.thread(INBOX))).containsExactly("Theirs");
    admin.awaitCounts(id, "1 1 0 0 0");
  }

  public void anAckOnOneDeviceIsSeenOnTheOther() {
    WsClient phone = reading(ada, "early");
    String first = admin.send(all(), "One");
    admin.send(all(), "Two");
    long seq = awaitTitle(phone, "One").seq();
    awaitTitle(phone, "Two");
    phone.sendValid(Commands.ack(seq));
    admin.awaitCounts(first, "1 1 1 0 0");
    WsClient laptop = connectWith(token(ada, "early"));
    laptop.sendValid(Commands.subscribe("s1", INBOX));
    assertThat(laptop.await("subscribed").payload().path("after").asLong()).isEqualTo(seq);
    awaitTitle(laptop, "Two");
    assertThat(titles(laptop.thread(INBOX))).containsExactly("Two");
  }

  public void anAckOnOneDeviceIsToldToTheOthersAtOnce() {
    WsClient phone = reading(ada, "early");
    WsClient laptop = reading(ada, "early");
    admin.send(all(), "One");
    long seq = awaitTitle(phone, "One").seq();
    awaitTitle(laptop, "One");
    phone.sendValid(Commands.ack(seq));
    Received told = laptop.await("acknowledged");
    assertThat(told.thread()).isEqualTo(INBOX);
    assertThat(told.payload().path("seq").asLong()).isEqualTo(seq);
    phone.barrier();
    assertThat(phone.received()).extracting(Received::type).doesNotContain("acknowledged");
  }

  public void anAckMeanwhileIsToldToWhoComesBackWithACursor() {
    WsClient phone = reading(ada, "early");
    WsClient laptop = reading(ada, "early");
    String id = admin.send(all(), "One");
    long seq = awaitTitle(phone, "One").seq();
    awaitTitle(laptop, "One");
    laptop.close();
    phone.sendValid(Commands.ack(seq));
    admin.awaitCounts(id, "1 1 1 0 0");
    WsClient again = laptop.reopen(token(ada, "early"));
    again.resume(INBOX);
    Received told = again.await("acknowledged", INBOX);
    assertThat(told.payload().path("seq").asLong()).isEqualTo(seq);
    again.close();
  }

  public void anAckOverHttpIsStoredWhenItIsAnswered() {
    WsClient phone = reading(ada, "early");
    String id = admin.send(all(), "One");
    long seq = awaitTitle(phone, "One").seq();
    HttpCaller http = new HttpCaller(gateway.address(), token(ada, "early"));
    assertThat(http.commandWithoutAnswer(Commands.ack(seq))).isEqualTo(204);
    assertThat(admin.get(id).json().path("acknowledged").asInt()).isEqualTo(1);
    HttpAnswer refused = http.command(Commands.ack(seq + 1));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.frame().text("field")).isEqualTo("/payload/seq");
  }

  public void onlyThoseWhoAreOnlineAreMeantByOnline() {
    introduce(bob, "early");
    WsClient here = reading(ada, "early");
    String id = admin.send(online(), "You are here");
    awaitTitle(here, "You are here");
    admin.awaitCounts(id, "1 1 0 0 0");
    WsClient later = reading(bob, "early");
    admin.send(all(), "End");
    awaitTitle(later, "End");
    assertThat(titles(later.thread(INBOX))).doesNotContain("You are here");
  }

  public void aCancelledBroadcastReachesNobodyElse() {
    introduce(bob, "early");
    WsClient here = reading(ada, "early");
    String id = admin.send(all(), "Wrong");
    awaitTitle(here, "Wrong");
    admin.awaitCounts(id, "2 1 0 1 0");
    HttpAnswer cancelled = admin.cancel(id);
    assertThat(cancelled.text("state")).isEqualTo("cancelled");
    admin.awaitCounts(id, "2 1 0 0 1");
    WsClient later = reading(bob, "early");
    admin.send(all(), "Right");
    awaitTitle(later, "Right");
    assertThat(titles(later.thread(INBOX))).doesNotContain("Wrong");
    JsonNode expired = admin.get(id + "?users=expired").json().path("users");
    assertThat(expired.toString())
        .isEqualTo(
            "[{\"user_id\":\"" + bob + "\",\"state\":\"expired\",\"reason\":\"cancelled\"}]");
  }

  public void anExpiredBroadcastReachesNobodyElse() {
    introduce(ada, "early");
    String id = admin.send(body(all(), "Soon over").put("ttl_seconds", 1));
    admin.awaitReceipt(id, receipt -> receipt.path("state").asText().equals("expired"));
    WsClient late = reading(ada, "early");
    admin.send(all(), "End");
    awaitTitle(late, "End");
    assertThat(titles(late.thread(INBOX))).doesNotContain("Soon over");
    admin.awaitCounts(id, "1 0 0 0 1");
  }

  public void theSameIdSendsOnce() {
    WsClient here = reading(ada, "early");
    ObjectNode body = body(all(), "Once").put("id", "notice-1");
    assertThat(admin.post(body).status()).isEqualTo(201);
    HttpAnswer again = admin.post(body);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.text("broadcast_id")).isEqualTo("notice-1");
    HttpAnswer other = admin.post(body(all(), "Other").put("id", "notice-1"));
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.text("code")).isEqualTo("idempotency_conflict");
    admin.send(all(), "End");
    awaitTitle(here, "End");
    assertThat(titles(here.thread(INBOX))).containsExactly("Once", "End");
  }

  public void whoGotItAndWhyNotIsListedByName() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      introduce("user-" + i, "early");
      names.add("user-" + i);
    }
    WsClient reads = reading("user-0", "early");
    String id = admin.send(all(), "Hello");
    long seq = awaitTitle(reads, "Hello").seq();
    reads.sendValid(Commands.ack(seq));
    connectWith(token("user-1", "early"));
    admin.awaitCounts(id, "5 1 1 4 0");
    List<String> listed = new ArrayList<>();
    String query = id + "?users=all&limit=2";
    for (String next = ""; next != null; ) {
      JsonNode page = admin.get(query + (next.isEmpty() ? "" : "&after=" + next)).json();
      page.path("users").forEach(user -> listed.add(user.path("user_id").asText()));
      next = page.has("next") ? page.path("next").asText() : null;
    }
    assertThat(listed).containsExactlyInAnyOrderElementsOf(names);
    assertThat(reasons(id, "acknowledged")).containsExactly("user-0 acknowledged");
    assertThat(reasons(id, "delivered")).containsExactly("user-0 acknowledged");
    assertThat(reasons(id, "waiting"))
        .containsExactlyInAnyOrder(
            "user-1 waiting unread",
            "user-2 waiting absent",
            "user-3 waiting absent",
            "user-4 waiting absent");
  }

  private List<String> reasons(String id, String users) {
    List<String> found = new ArrayList<>();
    for (JsonNode user : admin.get(id + "?users=" + users).json().path("users")) {
      found.add(
          (user.path("user_id").asText()
                  + " "
                  + user.path("state").asText()
                  + " "
                  + user.path("reason").asText())
              .strip());
    }
    return found;
  }

  public void itNeedsTheScopeAdmin() {
    String user = gateway.tokens().withScope("root", "chat agent operator publish");
    Broadcaster other = new Broadcaster(gateway.address(), user);
    assertThat(other.post(body(all(), "No")).status()).isEqualTo(403);
    assertThat(other.get("b1").status()).isEqualTo(403);
    assertThat(other.cancel("b1").status()).isEqualTo(403);
  }

  public void nobodyWritesToAnInboxByACommand() {
    WsClient client = reading(ada, "early");
    for (String type : List.of("chat", "user_message")) {
      ObjectNode frame = Json.object().put("type", type).put("id", type).put("thread_id", INBOX);
      frame.set("payload", Json.object().put("content", "x"));
      client.send(frame.toString());
      assertThat(client.answer(type).text("message"))
          .isEqualTo("thread_id: @inbox (expected: 1 to 64 of A-Z a-z 0-9 _ . : -)");
    }
    HttpCaller http = new HttpCaller(gateway.address(), token(ada, "early"));
    assertThat(http.delete("/v1/threads/@inbox").status()).isEqualTo(400);
    assertThat(http.get("/v1/threads/@inbox/events").status()).isEqualTo(200);
  }

  @DataProvider
  public Object[][] refused() {
    ObjectNode both = all();
    both.set("tiers", Json.array().add("mid"));
    return new Object[][] {
      {body(both, "x"), "/audience"},
      {body(Json.object(), "x"), "/audience"},
      {body(Json.object().put("all", false), "x"), "/audience/all"},
      {body(tiers(), "x"), "/audience/tiers"},
      {body(tiers("gold"), "x"), "/audience/tiers/0"},
      {body(users(""), "x"), "/audience/users/0"},
      {body(Json.object().put("everyone", true), "x"), "/audience/everyone"},
      {body(all(), ""), "/notification/title"},
      {body(all(), "x").put("ttl_seconds", 0), "/ttl_seconds"},
      {body(all(), "x").put("id", "a b"), "/id"},
      {body(all(), "x").put("zz", 1), "/zz"},
      {with("action_url", "http://example.com"), "/notification/action_url"},
      {with("action_url", "//example.com"), "/notification/action_url"},
      {with("action_url", "javascript:alert(1)"), "/notification/action_url"},
      {with("priority", "urgent"), "/notification/priority"},
      {with("body", " "), "/notification/body"},
      {with("title", "half \ud83d"), "/notification/title"},
      {with("body", "half \ud83d"), "/notification/body"},
      {with("action_url", "/half-\ud83d"), "/notification/action_url"},
    };
  }

  private static ObjectNode with(String field, String value) {
    ObjectNode body = body(all(), "x");
    body.withObject("/notification").put(field, value);
    return body;
  }

  @Test(dataProvider = "refused")
  public void whatIsWrongIsRefusedByField(ObjectNode body, String field) {
    HttpAnswer answer = admin.post(body);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.text("field")).isEqualTo(field);
  }
}
