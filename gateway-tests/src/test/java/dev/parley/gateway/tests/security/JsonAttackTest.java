package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.Received;
import dev.parley.gateway.tests.support.WsClient;
import java.util.ArrayList;
import java.util.List;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** JSON that parsers read in different ways, or at great cost: as a frame and as a body. */
@Attack("JSON")
@Test(groups = "security")
public class JsonAttackTest extends AttackTest {
  private static final String OK = "accepted";
  private static final String BAD = "bad_frame";
  private static final String INVALID = "invalid_argument";

  private final List<Object[]> rows = new ArrayList<>();

  /** What it is, the frame, and {@code accepted}, or the code and the field of the refusal. */
  @DataProvider
  public Object[][] frames() {
    rows.clear();
    roots();
    names();
    numbers();
    texts();
    sizes();
    return rows.toArray(Object[][]::new);
  }

  private void row(String what, String frame, String answer, String field) {
    rows.add(new Object[] {what, frame, answer, field});
  }

  /** A chat whose content is one part with this member. */
  private static String part(String member) {
    return chat("[{\"type\":\"x\"," + member + "}]");
  }

  private static String chat(String content) {
    return "{\"type\":\"chat\",\"id\":\"j1\",\"thread_id\":\"t1\",\"payload\":{\"content\":"
        + content
        + "}}";
  }

  private void roots() {
    for (String root :
        List.of(
            "",
            " ",
            "[]",
            "null",
            "true",
            "1",
            "\"{}\"",
            "undefined",
            "NaN",
            "//x\n{}",
            "/**/{}",
            "#\n{}",
            ")]}',\n{}",
            "<x/>",
            "---\na: b")) {
      row("no object: " + root.replace('\n', ' '), root, BAD, "");
    }
    row("an empty object", "{}", INVALID, "/type");
    row("two objects", chat("\"a\"") + chat("\"b\""), BAD, "");
    row("a second line", chat("\"a\"") + "\n" + chat("\"b\""), BAD, "");
    row("a comma after it", chat("\"a\"") + ",", BAD, "");
    row("NUL after it", chat("\"a\"") + "\0", BAD, "");
    row("white space around it", "\t\r\n " + chat("\"a\"") + " \n", OK, "");
    row("a no-break space before it", "\u00a0" + chat("\"a\""), BAD, "");
    row("a byte order mark", "\ufeff" + chat("\"a\""), BAD, "");
    row("a form feed before it", "\f" + chat("\"a\""), BAD, "");
    row(
        "a frame in a frame",
        "{\"type\":\"chat\",\"payload\":" + chat("\"a\"") + "}",
        INVALID,
        "/payload/type");
  }

  private void names() {
    row("a name twice", chat("\"a\"").replace("\"id\"", "\"type\":\"ping\",\"id\""), BAD, "");
    row(
        "a name twice, once by an escape",
        chat("\"a\"").replace("\"id\"", "\"t\\u0079pe\":\"ping\",\"id\""),
        BAD,
        "");
    row("a name twice, further in", part("\"a\":1,\"a\":2"), BAD, "");
    row("a name twice, far in", part("\"a\":[{\"b\":{\"c\":1,\"c\":1}}]"), BAD, "");
    row("a name by an escape", chat("\"a\"").replace("\"type\"", "\"typ\\u0065\""), OK, "");
    row("a name in another case", chat("\"a\"").replace("\"type\"", "\"Type\""), INVALID, "/type");
    row(
        "__proto__ beside the type",
        chat("\"a\"").replace("\"id\"", "\"__proto__\":{\"admin\":true},\"id\""),
        INVALID,
        "/__proto__");
    row(
        "__proto__ in the payload",
        chat("\"a\",\"__proto__\":{\"admin\":true}"),
        INVALID,
        "/payload/__proto__");
    row(
        "constructor in the payload",
        chat("\"a\",\"constructor\":{\"prototype\":{}}"),
        INVALID,
        "/payload/constructor");
    row("__proto__ in content", part("\"__proto__\":{\"admin\":true}"), OK, "");
    row("an empty name", chat("\"a\",\"\":1"), INVALID, "/payload/");
    row("a name with a slash", chat("\"a\",\"a/b~c\":1"), INVALID, "/payload/a~1b~0c");
    row("a name with NUL", chat("\"a\",\"a\\u0000\":1"), INVALID, "");
    row("half a surrogate in a name", part("\"\\ud800\":1"), INVALID, "");
    row("a name of 50,001 bytes", part("\"" + "n".repeat(50_001) + "\":1"), BAD, "");
    row("a name without quotes", "{type:\"ping\",id:\"j1\"}", BAD, "");
    row("a number as a name", "{1:2}", BAD, "");
    row("5,000 unknown names", manyNames(5_000), INVALID, "/n0");
    row("names with one hash", part(sameHash()), OK, "");
  }

  private static String manyNames(int count) {
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      names.append("\"n").append(i).append("\":0,");
    }
    return names.append("\"id\":\"j1\",\"type\":\"ping\"}").toString();
  }

  /** 2,048 names of 22 letters that Java's hash cannot tell apart. */
  private static String sameHash() {
    StringBuilder members = new StringBuilder("\"z\":0");
    for (int i = 0; i < 2_048; i++) {
      members.append(",\"");
      for (int bit = 0; bit < 11; bit++) {
        members.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      members.append("\":0");
    }
    return members.toString();
  }

  private void numbers() {
    for (String number :
        List.of(
            "01",
            "+1",
            ".5",
            "1.",
            "1e",
            "0x10",
            "-",
            "--1",
            "1_000",
            "NaN",
            "Infinity",
            "-Infinity",
            "1,5")) {
      row("no number: " + number, part("\"n\":" + number), BAD, "");
    }
    row("a number of 65 digits", part("\"n\":" + "9".repeat(65)), BAD, "");
    row("a number of 60,000 digits", part("\"n\":" + "9".repeat(60_000)), BAD, "");
    row("a fraction of 60,000 digits", part("\"n\":0." + "9".repeat(60_000)), BAD, "");
    row("an exponent of nine digits", part("\"n\":1e999999999"), OK, "");
    row("an exponent of 50 digits", part("\"n\":1e" + "9".repeat(50)), OK, "");
    row("a negative zero", part("\"n\":-0.0"), OK, "");
    row("a number beyond 2^64", part("\"n\":18446744073709551616"), OK, "");
    row("a type that is a number", chat("\"a\"").replace("\"chat\"", "1e1"), INVALID, "/type");
  }

  private void texts() {
    for (String half :
        List.of(
            "\\ud800",
            "\\udc00",
            "\\udc00\\ud800",
            "\\ud800\\ud800",
            "\\ud83d x",
            "\\uD800\\u0041")) {
      row("half a surrogate: " + half, chat("\"" + half + "\""), INVALID, "/payload/content");
    }
    row("a pair of surrogates by escapes", chat("\"\\ud83d\\ude00\""), OK, "");
    row("NUL by an escape", chat("\"a\\u0000b\""), OK, "");
    row("an escape of a terminal", chat("\"\\u001b[2J\""), OK, "");
    for (String text :
        List.of(
            "\\x41",
            "\\u12",
            "\\u12g4",
            "\\",
            "\\'",
            "\\U00000041",
            "a\nb",
            "a\tb",
            "a\0b",
            "\u001b[2J")) {
      row("no text: " + text.replace('\n', ' '), chat("\"" + text + "\""), BAD, "");
    }
    row("a text that is not ended", chat("\"a"), BAD, "");
    row("a script", chat("\"</script><script>alert(1)</script>\""), OK, "");
    row("a separator of lines", chat("\"a\u2028b\u2029c\""), OK, "");
    row("letters that turn the text", chat("\"a\u202eb\u2066c\""), OK, "");
    row("letters that are none", chat("\"\ufffe\uffff\""), OK, "");
  }

  private void sizes() {
    row("64 deep", part("\"a\":" + nested(60)), OK, "");
    row("65 deep", part("\"a\":" + nested(61)), BAD, "");
    row("20,000 lists deep", chat("[".repeat(20_000)), BAD, "");
    row("10,000 objects deep", "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000), BAD, "");
    row("20,000 empty lists", part("\"a\":[" + "[],".repeat(20_000) + "[]]"), OK, "");
    row("30,000 numbers", part("\"a\":[" + "1,".repeat(30_000) + "1]"), OK, "");
    row("9,000 escapes", chat("\"" + "\\u0041".repeat(9_000) + "\""), OK, "");
  }

  private static String nested(int depth) {
    return "[".repeat(depth) + "]".repeat(depth);
  }

  private WsClient client;

  @BeforeMethod(alwaysRun = true)
  public void open() {
    client = connect(ada);
  }

  @Test(dataProvider = "frames")
  public void aFrameIsReadInOneWayOrRefused(
      String what, String frame, String answer, String field) {
    client.send(frame);
    Received got =
        client.awaitWhere(
            "an answer", f -> List.of("accepted", "rejected", "error").contains(f.type()));
    assertAnswer(got.json(), answer, field);
    client.barrier();
    assertWell();
  }

  @Test(dataProvider = "frames")
  public void aBodyIsReadInOneWayOrRefused(String what, String frame, String answer, String field) {
    byte[] body = frame.getBytes(UTF_8);
    String token = "Authorization: Bearer " + gateway.tokens().of(bob) + "\r\n";
    RawClient socket = rawSocket();
    socket.send(
        "POST /v1/commands HTTP/1.1\r\nHost: a\r\n"
            + token
            + "Content-Length: "
            + body.length
            + "\r\n\r\n");
    socket.send(body);
    RawAnswer got = socket.readAnswer();
    assertThat(got.status()).as(got.body()).isEqualTo(answer.equals(OK) ? 200 : 400);
    assertAnswer(Json.parse(got.body()), answer, field);
    assertWell();
  }

  private static void assertAnswer(JsonNode got, String answer, String field) {
    JsonNode payload = got.path("payload");
    if (answer.equals(OK)) {
      assertThat(got.path("type").asText()).as(got.toString()).isEqualTo(OK);
    } else {
      assertThat(payload.path("code").asText()).as(got.toString()).isEqualTo(answer);
      assertThat(payload.path("field").asText()).as(got.toString()).contains(field);
    }
    assertThat(got.toString()).hasSizeLessThan(700).doesNotContain("\u001b", "\0");
  }
}
