package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.HttpCaller.HttpAnswer;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Cursors that no gateway gave out: in a subscription, in a page, in a list and in a stream. */
@Attack("cursors")
@Test(groups = "security")
public class CursorAttackTest extends AttackTest {
  private static final List<String> NO_SEQ =
      List.of(
          "-1",
          "-9223372036854775808",
          "9007199254740992",
          "9223372036854775807",
          "9223372036854775808",
          "18446744073709551615",
          "1e400",
          "1.5",
          "0.5",
          "\"1\"",
          "\"\"",
          "true",
          "null",
          "[1]",
          "{}");

  /** {@code after}, as JSON, and the field that the refusal names. */
  @DataProvider
  public Object[] noSeqs() {
    return NO_SEQ.toArray();
  }

  @Test(dataProvider = "noSeqs")
  public void aPlaceThatIsNoneIsRefused(String after) {
    WsClient client = connect(ada);
    client.send(subscribe("\"after\":" + after + ",\"epoch\":\"e\""));
    Received answer = client.answer("s1");
    assertThat(answer.text("code")).as(answer.toString()).isEqualTo("invalid_argument");
    assertThat(answer.text("field")).isEqualTo("/payload/threads/0/after");
    client.barrier();
    assertWell();
  }

  @Test(dataProvider = "noSeqs")
  public void anAcknowledgementOfAPlaceThatIsNoneIsRefused(String seq) {
    WsClient client = connect(ada);
    client.ask(Commands.chat("c1", "t1", "x"));
    client.send(
        "{\"type\":\"ack\",\"id\":\"s1\",\"thread_id\":\"t1\",\"payload\":{\"seq\":" + seq + "}}");
    Received answer = client.answer("s1");
    assertThat(answer.text("code")).as(answer.toString()).isEqualTo("invalid_argument");
    assertThat(answer.text("field")).isEqualTo("/payload/seq");
    assertWell();
  }

  private static String subscribe(String cursor) {
    return "{\"type\":\"subscribe\",\"id\":\"s1\",\"payload\":{\"threads\":[{\"thread_id\":\"t1\","
        + cursor
        + "}]}}";
  }

  /** A cursor that has the form of one: what it is, {@code after}, and the epoch. */
  @DataProvider
  public Object[][] foreign() {
    return new Object[][] {
      {"ahead", 1_000L, "own"},
      {"as far ahead as it goes", 9_007_199_254_740_991L, "own"},
      {"just ahead", 2L, "own"},
      {"of another thread's epoch", 1L, "thread"},
      {"of another user's epoch", 1L, "user"},
      {"of no epoch", 1L, "AAAAAAAAAAAAAAAAAAAA"},
      {"of an epoch in another case", 1L, "case"},
    };
  }

  @Test(dataProvider = "foreign")
  public void aForeignCursorIsAGapAndTheThreadIsReadFromItsBeginning(
      String what, long after, String epoch) {
    WsClient client = connect(ada);
    client.ask(Commands.chat("c1", "t1", "mine"));
    String named = epoch(client, epoch);
    client.sendValid(Commands.subscribe("s1", "t1", after, named));
    Received gap = client.await("gap");
    assertThat(gap.text("reason")).isIn("cursor_ahead", "epoch_changed");
    client.await("caught_up");
    HttpAnswer page = http(ada).get("/v1/threads/t1/events?after=" + after + "&epoch=" + named);
    assertThat(page.json().path("gap").toString()).contains(gap.text("reason"));
    assertThat(page.json().path("events")).hasSize(1);
    assertWell();
  }

  private String epoch(WsClient client, String which) {
    String own = http(ada).get("/v1/threads/t1/events").text("epoch");
    return switch (which) {
      case "own" -> own;
      case "thread" -> {
        client.ask(Commands.chat("c2", "t2", "x"));
        http(ada).delete("/v1/threads/t2");
        yield http(ada).get("/v1/threads/t2/events").text("epoch");
      }
      case "user" -> {
        http(bob).command(Commands.chat("c1", "t1", "x"));
        http(bob).delete("/v1/threads/t1");
        yield http(bob).get("/v1/threads/t1/events").text("epoch");
      }
      case "case" -> turned(own);
      default -> which;
    };
  }

  /** The text with the case of its first letter changed. */
  private static String turned(String text) {
    StringBuilder turned = new StringBuilder(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isLetter(c)) {
        turned.setCharAt(
            i, Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c));
        break;
      }
    }
    return turned.toString();
  }

  /** The path with a query that is refused, and what the refusal names. */
  @DataProvider
  public Object[][] queries() {
    List<Object[]> rows = new ArrayList<>();
    String events = "/v1/threads/t1/events";
    for (String after :
        List.of(
            "-1", "1.5", "1e3", "0x1", "%2B1", "9223372036854775808", "a", "", "%201", "1%00")) {
      rows.add(new Object[] {events + "?epoch=e&after=" + after, "after"});
    }
    rows.add(new Object[] {events + "?after=1", "epoch"});
    rows.add(new Object[] {events + "?after=1&epoch=", "epoch"});
    rows.add(new Object[] {events + "?after=1&epoch=%0a", "epoch"});
    rows.add(new Object[] {events + "?after=1&epoch=" + "e".repeat(500), "epoch"});
    rows.add(new Object[] {events + "?after=0&after=1", "after"});
    rows.add(new Object[] {events + "?before=1", "before"});
    for (String limit : List.of("0", "-1", "1001", "1e2", "", "99999999999999999999")) {
      rows.add(new Object[] {events + "?limit=" + limit, "limit"});
      rows.add(
          new Object[] {"/v1/threads?limit=" + (limit.equals("1001") ? "501" : limit), "limit"});
    }
    for (String next :
        List.of(
            "a",
            "!",
            "%00",
            "AAAA",
            "A".repeat(200),
            position(-1, "t1"),
            position(0, "a/b"),
            position(0, ""),
            position(0, "t".repeat(65)))) {
      rows.add(new Object[] {"/v1/threads?after=" + next, "after"});
    }
    return rows.toArray(Object[][]::new);
  }

  /** A place in a list in the form in which the gateway gives it out. */
  private static String position(long millis, String thread) {
    byte[] name = thread.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    byte[] bytes = ByteBuffer.allocate(Long.BYTES + name.length).putLong(millis).put(name).array();
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Test(dataProvider = "queries")
  public void aCursorOfNoFormIsRefusedByItsName(String path, String named) {
    HttpAnswer answer = http(ada).get(path);
    assertThat(answer.status()).as(answer.json().toString()).isEqualTo(400);
    assertThat(answer.text("detail")).contains(named).hasSizeLessThan(300);
    assertWell();
  }

  /** A place that somebody made up, in a list that has one thread. */
  @DataProvider
  public Object[][] places() {
    return new Object[][] {
      {"the end of time", position(Long.MAX_VALUE, "t1"), 1},
      {"the beginning of time", position(0, "t1"), 0},
      {"a thread that is not there", position(Long.MAX_VALUE, "zzz"), 1},
    };
  }

  @Test(dataProvider = "places")
  public void aPlaceThatSomebodyMadeUpShowsNothingOfOthers(String what, String next, int threads) {
    http(bob).command(Commands.chat("c1", "other", "x"));
    http(ada).command(Commands.chat("c1", "t1", "x"));
    HttpAnswer answer = http(ada).get("/v1/threads?after=" + next);
    assertThat(answer.json().path("threads")).hasSize(threads);
    assertThat(answer.json().toString()).doesNotContain("other");
    assertWell();
  }

  @DataProvider
  public Object[] eventIds() {
    return new Object[] {
      "-1",
      "e-1.5",
      "e-9999999999999999999",
      "e",
      "-",
      "e-",
      "e-1-",
      "\u00e9-1",
      "*-1",
      "e-" + "1".repeat(4_000),
    };
  }

  @Test(dataProvider = "eventIds")
  public void anEventIdThatIsNoneIsRefused(String id) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada) + "\r\n";
    RawAnswer answer =
        rawSocket()
            .request(
                "GET /v1/threads/t1/events HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\n"
                    + token
                    + "Last-Event-ID: "
                    + id
                    + "\r\n\r\n");
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.body()).containsIgnoringCase("last-event-id");
    assertWell();
  }
}
