package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.Tokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/**
 * Requests that a proxy in between could read in another way, and requests that are no HTTP. Each
 * has a second request in it, which must never be answered. The token is valid.
 */
@Attack("http")
@Test(groups = "security")
public class HttpAttackTest extends AttackTest {
  private static final String TOKEN =
      "Authorization: Bearer "
          + new Tokens("a secret of the tests, longer than 32 bytes").of("smuggler")
          + "\r\n";
  private static final String HIDDEN = "GET /v1/session HTTP/1.1\r\nHost: a\r\n" + TOKEN + "\r\n";
  private static final String COMMAND =
      "{\"type\":\"chat\",\"id\":\"c1\",\"thread_id\":\"smuggled\",\"payload\":{\"content\":\"x\"}}";
  private static final String CHUNKED = "Transfer-Encoding: chunked";

  /** The answers after which the next request cannot be found. */
  private static final Set<Integer> ENDS = Set.of(400, 413, 414, 417, 431, 501);

  private static String post(String headers, String body) {
    return "POST /v1/commands HTTP/1.1\r\nHost: a\r\n" + TOKEN + headers + "\r\n\r\n" + body;
  }

  private static String get(String line, String... headers) {
    return line + "\r\nHost: a\r\n" + TOKEN + String.join("", headers) + "\r\n";
  }

  private static String chunk(String size, String body) {
    return size + "\r\n" + body + "\r\n0\r\n\r\n";
  }

  private static String length() {
    return "Content-Length: " + COMMAND.length();
  }

  private static String hex() {
    return Integer.toHexString(COMMAND.length());
  }

  @DataProvider
  public Object[][] lengths() {
    String whole = chunk(hex(), COMMAND);
    return new Object[][] {
      {"CL.TE", post(length() + "\r\n" + CHUNKED, whole), 400},
      {"TE.CL", post(CHUNKED + "\r\nContent-Length: 4", whole), 400},
      {"CL.0 with TE", post("Content-Length: 0\r\n" + CHUNKED, whole), 400},
      {"two lengths", post(length() + "\r\nContent-Length: 0", COMMAND), 400},
      {"the same length twice", post(length() + "\r\n" + length(), COMMAND), 400},
      {"a list of lengths", post(length() + ", " + COMMAND.length(), COMMAND), 400},
      {"a length with a plus", post("Content-Length: +" + COMMAND.length(), COMMAND), 400},
      {"a length with a minus", post("Content-Length: -1", COMMAND), 400},
      {"a length in hexadecimal", post("Content-Length: 0x" + hex(), COMMAND), 400},
      {"a length with a letter", post(length() + "a", COMMAND), 400},
      {"a length with a point", post(length() + ".0", COMMAND), 400},
      {"a length with a space in it", post("Content-Length: 1 0", COMMAND), 400},
      {"an empty length", post("Content-Length: ", COMMAND), 400},
      {"a length of 30 digits", post("Content-Length: " + "9".repeat(30), COMMAND), 400},
      {"a length above 2^32", post("Content-Length: 4294967296", COMMAND), 413},
      {"a length above 2^63", post("Content-Length: 9223372036854775808", COMMAND), 400},
      {"a length in Arabic digits", post("Content-Length: \u0661\u0660", COMMAND), 400},
      {"the header with an underscore", post("Content_Length: 0\r\n" + length(), COMMAND), 200},
      {"a space before the colon", post("Content-Length : 0\r\n" + length(), COMMAND), 400},
      {"a tab before the colon", post("Content-Length\t: 0\r\n" + length(), COMMAND), 400},
      {
        "TE with a space before the colon",
        post("Transfer-Encoding : chunked\r\n" + length(), COMMAND),
        400
      },
      {"TE folded", post("Transfer-Encoding:\r\n chunked\r\n" + length(), COMMAND), 400},
      {"TE after a bare line feed", post("X: y\n" + CHUNKED + "\r\n" + length(), COMMAND), 400},
      {
        "TE after a bare carriage return",
        post("X: y\r" + CHUNKED + "\r\n" + length(), COMMAND),
        400
      },
      {"TE after NUL", post("X: y\0" + CHUNKED + "\r\n" + length(), COMMAND), 400},
      {"TE that is not chunked", post("Transfer-Encoding: xchunked", whole), 400},
      {"TE in quotes", post("Transfer-Encoding: \"chunked\"", whole), 400},
      {"TE twice", post(CHUNKED + "\r\n" + CHUNKED, whole), 400},
      {"TE identity, then chunked", post("Transfer-Encoding: identity\r\n" + CHUNKED, whole), 501},
      {"TE chunked, then identity", post(CHUNKED + "\r\nTransfer-Encoding: identity", whole), 400},
      {"TE gzip, chunked", post("Transfer-Encoding: gzip, chunked", whole), 501},
      {"TE with a vertical tab", post("Transfer-Encoding: \u000bchunked", whole), 400},
      {"TE with a no-break space", post("Transfer-Encoding: \u00a0chunked", whole), 400},
      {"TE empty", post("Transfer-Encoding:", whole), 400},
      {"a size with a sign", post(CHUNKED, chunk("+" + hex(), COMMAND)), 400},
      {"a size with a minus", post(CHUNKED, chunk("-1", COMMAND)), 400},
      {"a size with 0x", post(CHUNKED, chunk("0x" + hex(), COMMAND)), 400},
      {"a size with a space before it", post(CHUNKED, chunk(" " + hex(), COMMAND)), 400},
      {"a size with an underscore", post(CHUNKED, chunk("0_" + hex(), COMMAND)), 400},
      {"a size of 17 digits", post(CHUNKED, chunk("0".repeat(16) + hex(), COMMAND)), 200},
      {"a size above 2^63", post(CHUNKED, chunk("f".repeat(17), COMMAND)), 400},
      {"a size of 2^31", post(CHUNKED, chunk("80000000", COMMAND)), 400},
      {"an empty size", post(CHUNKED, "\r\n" + COMMAND + "\r\n0\r\n\r\n"), 400},
      {
        "a size ended by a bare line feed",
        post(CHUNKED, hex() + "\n" + COMMAND + "\r\n0\r\n\r\n"),
        400
      },
      {
        "a size ended by a bare carriage return",
        post(CHUNKED, hex() + "\r" + COMMAND + "\r\n0\r\n\r\n"),
        400
      },
      {
        "a chunk ended by a bare line feed",
        post(CHUNKED, hex() + "\r\n" + COMMAND + "\n0\r\n\r\n"),
        400
      },
      {"a chunk that is longer than its size", post(CHUNKED, chunk("1", COMMAND)), 400},
      {"a bare line feed in an extension", post(CHUNKED, chunk(hex() + ";a=\nb", COMMAND)), 400},
      {
        "an extension of 64 KiB",
        post(CHUNKED, chunk(hex() + ";" + "a".repeat(65_536), COMMAND)),
        400
      },
      {
        "a trailer of 64 KiB",
        post(CHUNKED, hex() + "\r\n" + COMMAND + "\r\n0\r\nX: " + "a".repeat(65_536) + "\r\n\r\n"),
        431
      },
      {
        "a length in the trailer",
        post(CHUNKED, hex() + "\r\n" + COMMAND + "\r\n0\r\nContent-Length: 9\r\n\r\n"),
        200
      },
    };
  }

  @DataProvider
  public Object[][] lines() {
    return new Object[][] {
      {"two hosts", get("GET /v1/session HTTP/1.1", "Host: b\r\n"), 400},
      {"a list of hosts", "GET /v1/session HTTP/1.1\r\nHost: a, b\r\n" + TOKEN + "\r\n", 400},
      {"a host with a user", "GET /v1/session HTTP/1.1\r\nHost: ada@a\r\n" + TOKEN + "\r\n", 400},
      {"a host with a path", "GET /v1/session HTTP/1.1\r\nHost: a/b\r\n" + TOKEN + "\r\n", 400},
      {"a host with a space", "GET /v1/session HTTP/1.1\r\nHost: a b\r\n" + TOKEN + "\r\n", 400},
      {"an empty host", "GET /v1/session HTTP/1.1\r\nHost:\r\n" + TOKEN + "\r\n", 400},
      {"no host", "GET /v1/session HTTP/1.1\r\n" + TOKEN + "\r\n", 400},
      {"a folded header", get("GET /v1/session HTTP/1.1", "X: a\r\n b\r\n"), 200},
      {"a folded host", "GET /v1/session HTTP/1.1\r\nHost: a\r\n b\r\n" + TOKEN + "\r\n", 400},
      {"a first line that is folded", "GET /v1/session HTTP/1.1\r\n Host: a\r\n\r\n", 400},
      {"bare line feeds", get("GET /v1/session HTTP/1.1").replace("\r\n", "\n"), 400},
      {"bare carriage returns", get("GET /v1/session HTTP/1.1", "X: a\rY: b\r\n"), 400},
      {"NUL in a name", get("GET /v1/session HTTP/1.1", "X\0: a\r\n"), 400},
      {"NUL in a value", get("GET /v1/session HTTP/1.1", "X: a\0b\r\n"), 400},
      {"NUL in the path", get("GET /v1/session\0 HTTP/1.1"), 400},
      {"a header without a colon", get("GET /v1/session HTTP/1.1", "X\r\n"), 400},
      {"a header without a name", get("GET /v1/session HTTP/1.1", ": a\r\n"), 400},
      {"a name in parentheses", get("GET /v1/session HTTP/1.1", "(X): a\r\n"), 400},
      {"two tokens", get("GET /v1/session HTTP/1.1", TOKEN), 400},
      {"10,000 headers", get("GET /v1/session HTTP/1.1", "X: y\r\n".repeat(10_000)), 431},
      {
        "a header of 64 KiB",
        get("GET /v1/session HTTP/1.1", "X: " + "y".repeat(65_536) + "\r\n"),
        431
      },
      {"a name of 64 KiB", get("GET /v1/session HTTP/1.1", "X".repeat(65_536) + ": y\r\n"), 431},
      {"a path of 64 KiB", get("GET /" + "a".repeat(65_536) + " HTTP/1.1"), 414},
      {"a method of 64 KiB", get("G".repeat(65_536) + " / HTTP/1.1"), 414},
      {"HTTP/0.9", "GET /v1/session\r\n\r\n", 400},
      {"HTTP/1.2", get("GET /v1/session HTTP/1.2"), 400},
      {"HTTP/2.0", get("GET /v1/session HTTP/2.0"), 400},
      {"HTTP/11", get("GET /v1/session HTTP/11"), 400},
      {"the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", 400},
      {
        "a greeting of TLS",
        "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + "a".repeat(200) + "\r\n\r\n",
        400
      },
      {"a greeting of SSH", "SSH-2.0-OpenSSH_9.6\r\n\r\n", 400},
      {
        "a PROXY header",
        "PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\n" + get("GET /v1/session HTTP/1.1"),
        400
      },
      {"CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n" + TOKEN + "\r\n", 400},
      {"CONNECT with a path", get("CONNECT /v1/session HTTP/1.1"), 405},
      {"TRACE", get("TRACE /v1/session HTTP/1.1"), 405},
      {"TRACK", get("TRACK /v1/session HTTP/1.1"), 405},
      {"PUT", get("PUT /v1/session HTTP/1.1"), 405},
      {"PROPFIND", get("PROPFIND / HTTP/1.1"), 405},
      {"a method in lower case", get("get /v1/session HTTP/1.1"), 405},
      {"an unknown method", get("SHOUT /v1/session HTTP/1.1"), 405},
      {
        "another method by a header",
        get("GET /v1/threads/t HTTP/1.1", "X-HTTP-Method-Override: DELETE\r\n"),
        405
      },
      {"a target in absolute form of another scheme", get("GET ftp://a/v1/session HTTP/1.1"), 400},
      {"a target in absolute form with a user", get("GET http://ada@a/v1/session HTTP/1.1"), 400},
      {"a target in absolute form without a host", get("GET http:///v1/session HTTP/1.1"), 400},
      {"an asterisk", get("OPTIONS * HTTP/1.1"), 400},
      {"a fragment", get("GET /v1/session#a HTTP/1.1"), 400},
      {"a path without a slash", get("GET v1/session HTTP/1.1"), 400},
      {
        "a path by a header",
        get("GET / HTTP/1.1", "X-Original-URL: /v1/session\r\nX-Rewrite-URL: /v1/session\r\n"),
        200
      },
      {"an Expect that is unknown", post("Expect: 200-ok\r\n" + length(), COMMAND), 417},
      {"a compressed body", post("Content-Encoding: gzip\r\n" + length(), COMMAND), 415},
      {"a body compressed twice", post("Content-Encoding: gzip, br\r\n" + length(), COMMAND), 415},
      {"a body of 1 GiB", post("Content-Length: 1073741824", COMMAND), 413},
      {
        "an upgrade to h2c",
        get(
            "GET /v1/session HTTP/1.1",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"),
        200
      },
      {
        "the token named in Connection",
        get("GET /v1/session HTTP/1.1", "Connection: close, Authorization\r\n"),
        200
      },
    };
  }

  @Test(dataProvider = "lengths")
  public void aBodyOfTwoLengthsIsRefused(String what, String request, int status) {
    attack(request, status);
  }

  @Test(dataProvider = "lines")
  public void aRequestOfTwoReadingsIsRefused(String what, String request, int status) {
    attack(request, status);
  }

  /**
   * Sends the request and a hidden one. After a refusal that ends the socket the hidden one is not
   * answered; after any other answer it is the next request, and nothing comes between.
   */
  private void attack(String request, int status) {
    RawClient client = rawSocket();
    client.sendWhileOpen((request + HIDDEN).getBytes(ISO_8859_1));
    RawAnswer answer = client.readAnswer();
    assertThat(answer.status()).as(answer.body()).isEqualTo(status);
    if (ENDS.contains(status)) {
      assertThat(Json.parse(answer.body()).path("status").asInt()).isEqualTo(status);
      client.awaitEnd();
    } else if (!answer.header("Connection").equalsIgnoreCase("close")) {
      RawAnswer next = client.readAnswer();
      assertThat(next.status()).isEqualTo(200);
      assertThat(Json.parse(next.body()).path("user_id").asText()).isEqualTo("smuggler");
    }
    assertWell();
  }

  @DataProvider
  public Object[] pipelined() {
    List<Object> rows = new ArrayList<>();
    for (int before = 1; before <= 3; before++) {
      rows.add(before);
    }
    return rows.toArray();
  }

  @Test(dataProvider = "pipelined")
  public void requestsBeforeAnUpgradeAreAnsweredInOrderAndTheSocketIsUpgraded(int before) {
    RawClient client = rawSocket();
    client.send(HIDDEN.repeat(before) + RawClient.upgrade(TOKEN.strip()));
    for (int i = 0; i < before; i++) {
      assertThat(client.readAnswer().status()).isEqualTo(200);
    }
    assertThat(client.readAnswer().status()).isEqualTo(101);
    assertThat(client.readFrame().text()).contains("welcome");
    assertWell();
  }

  public void aRequestAfterAnUpgradeIsAFrameAndNoRequest() {
    RawClient client = rawSocket();
    client.send(RawClient.upgrade(TOKEN.strip()) + HIDDEN);
    assertThat(client.readAnswer().status()).isEqualTo(101);
    assertThat(client.readClose()).isEqualTo(1002);
    assertWell();
  }

  public void aRequestAfterARefusedUpgradeIsNotAnswered() {
    RawClient client = rawSocket();
    client.send(RawClient.upgrade("Authorization: Bearer x") + HIDDEN);
    assertThat(client.readAnswer().status()).isEqualTo(401);
    client.awaitEnd();
    assertWell();
  }
}
