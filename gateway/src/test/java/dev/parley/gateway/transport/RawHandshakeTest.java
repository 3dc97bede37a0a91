package dev.parley.gateway.transport;

import static dev.parley.gateway.transport.RawSocket.handshake;
import static dev.parley.gateway.transport.RawSocket.request;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** The handshake as bytes over a real socket: which ones are accepted, and which are not. */
@Test(groups = "unit")
public class RawHandshakeTest {

  private static final String VERSION = "Sec-WebSocket-Version: 13";
  private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  private static final String TOKEN = "Authorization: Bearer ada";

  private TestListener listener;

  @BeforeClass(alwaysRun = true)
  public void listen() throws IOException {
    listener = new TestListener("origins.allowed", "https://app.example.com");
  }

  @AfterClass(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  @AfterMethod(alwaysRun = true)
  public void awaitThePlacesOfAda() {
    listener.awaitNoConnection("ada");
  }

  public void aRightHandshakeIsUpgradedWithTheSubprotocolAlone() throws IOException {
    try (RawSocket socket = listener.socket()) {
      assertThat(socket.send(handshake(TOKEN)).head())
          .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
          .containsIgnoringCase("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
          .containsIgnoringCase("sec-websocket-protocol: parley.v1\r\n")
          .doesNotContainIgnoringCase("sec-websocket-extensions")
          .doesNotContain("ada");
      assertThat(socket.frame().text()).isEqualTo("welcome");
    }
  }

  private static String protocols(String list) {
    return handshake(TOKEN).replace("parley.v1", list);
  }

  public void aHandshakeThatIsRefusedReplacesNobody() throws Exception {
    listener.routes.opened.clear();
    try (RawSocket old = listener.connected("ada")) {
      String id = listener.routes.next().subscriber.id().value();
      assertThat(listener.answer(protocols("parley.v2, replaces." + id)))
          .startsWith("HTTP/1.1 400 ");
      String stranger =
          protocols("parley.v1, replaces." + id).replace(TOKEN, "Origin: null\r\n" + TOKEN);
      assertThat(listener.answer(stranger)).startsWith("HTTP/1.1 403 ");
      assertThat(old.send(RawSocket.frame(0x89, new byte[] {7})).frame().opcode()).isEqualTo(10);
    }
  }

  @DataProvider
  public Object[][] requestsThatCanBeReadInTwoWays() {
    return new Object[][] {
      {"long header", handshake(TOKEN, "X-Long: " + "a".repeat(64 * 1024))},
      {"two Content-Length", handshake(TOKEN, "Content-Length: 0", "Content-Length: 1")},
      {"both lengths", handshake(TOKEN, "Content-Length: 0", "Transfer-Encoding: chunked")},
      {"bare line feed", handshake(TOKEN).replace("Host: gateway\r\n", "Host: gateway\n")},
      {"space before colon", handshake(TOKEN).replace("Host:", "Host :")},
      {"HTTP/1.0", handshake(TOKEN).replace("HTTP/1.1", "HTTP/1.0")},
      {"no Host", handshake(TOKEN).replace("Host: gateway\r\n", "")},
      {"two Host", handshake(TOKEN, "Host: other")},
      {"two Origin", handshake(TOKEN, "Origin: https://app.example.com", "Origin: null")},
      {"two Authorization", handshake(TOKEN, "Authorization: Bearer bob")},
      {"two versions", handshake(TOKEN, VERSION)},
      {"two keys", handshake(TOKEN, KEY)},
      {"short key", request(VERSION + "\r\nSec-WebSocket-Key: YWJj", TOKEN)},
      {"no key", request(VERSION, TOKEN)},
      {"version 8", request("Sec-WebSocket-Version: 8\r\n" + KEY, TOKEN)},
      {"no version", request(KEY, TOKEN)},
      {"POST", handshake(TOKEN).replace("GET", "POST")},
      {"body", handshake(TOKEN, "Content-Length: 3") + "abc"},
      {"chunked body", handshake(TOKEN, "Transfer-Encoding: chunked") + "0\r\n\r\n"},
      {"no Upgrade", handshake(TOKEN).replace("Upgrade: websocket\r\n", "")},
      {"no Connection", handshake(TOKEN).replace("Connection: Upgrade\r\n", "")},
      {"whole target of no host", handshake(TOKEN).replace("GET /ws", "GET http:///ws")},
      {"whole target, query", handshake(TOKEN).replace("GET /ws", "GET http://gateway/ws?token=x")},
      {"no subprotocol", handshake(TOKEN).replace("Sec-WebSocket-Protocol: parley.v1\r\n", "")},
      {"other subprotocol", handshake(TOKEN).replace("parley.v1", "parley.v2")},
      {"broken subprotocols", handshake(TOKEN).replace("parley.v1", "parley.v1, x y")},
      {"only empty subprotocols", handshake(TOKEN).replace("parley.v1", ", ,")},
      {"bits to spare in the key", request(VERSION + "\r\n" + KEY.replace("Q==", "R=="), TOKEN)},
      {"a connection to replace that is none", protocols("parley.v1, replaces.ada")},
      {"two to replace", protocols("parley.v1, replaces.c_1, replaces.c_2")},
      {"token twice", handshake(TOKEN, "Sec-WebSocket-Protocol: bearer.ada")},
    };
  }

  @Test(dataProvider = "requestsThatCanBeReadInTwoWays")
  public void isRefusedWithAProblem(String name, String request) throws IOException {
    assertThat(listener.answer(request))
        .as(name)
        .matches("(?s)HTTP/1.1 4(00|14|31) .*")
        .containsIgnoringCase("content-type: application/problem+json")
        .contains("\"status\":4", "\"detail\":")
        .doesNotContain("ada");
  }

  @DataProvider
  public Object[][] malformedExtensions() {
    return new Object[][] {
      {""},
      {", ,"},
      {"permessage-deflate;"},
      {"permessage-deflate; ; x"},
      {"permessage-deflate; client_max_window_bits="},
      {"permessage-deflate; =10"},
      {"permessage-deflate; bits=\"10"},
      {"permessage-deflate; bits=\"1 0\""},
      {"permessage-deflate; bits=\"\""},
      {"permessage-deflate; bits=\"1,0\""},
      {"permessage deflate"},
      {"permessage-deflate, =x"},
      {"\u00e4"},
    };
  }

  @Test(dataProvider = "malformedExtensions")
  public void extensionsThatCannotBeReadAreRefused(String extensions) throws IOException {
    assertThat(listener.answer(handshake(TOKEN, "Sec-WebSocket-Extensions: " + extensions)))
        .startsWith("HTTP/1.1 400 ")
        .contains("Sec-WebSocket-Extensions: expected a list of extensions");
  }

  @DataProvider
  public Object[][] extensions() {
    return new Object[][] {
      {"permessage-deflate"},
      {"permessage-deflate; client_max_window_bits, x-frame; a=\"1\\0\" ; b = 2"},
      {", permessage-deflate,,"},
      {"a" + "; b=c".repeat(5_000)},
      {"a" + ",b".repeat(10_000)},
    };
  }

  @Test(dataProvider = "extensions")
  public void extensionsThatCanBeReadAreNotNegotiated(String extensions) throws IOException {
    try (RawSocket socket = listener.socket()) {
      socket.send(handshake(TOKEN, "Sec-WebSocket-Extensions: " + extensions));
      assertThat(socket.head())
          .startsWith("HTTP/1.1 101 ")
          .doesNotContainIgnoringCase("sec-websocket-extensions");
      socket.reset();
    }
  }

  @DataProvider
  public Object[][] queries() {
    return new Object[][] {{"?"}, {"?token=ada"}, {"?x=1"}};
  }

  @Test(dataProvider = "queries")
  public void aQueryStringIsRefusedWithTheThreeWaysOfAToken(String query) throws IOException {
    assertThat(listener.answer(handshake(TOKEN).replace("/ws", "/ws" + query)))
        .startsWith("HTTP/1.1 400 ")
        .contains("Authorization: Bearer", "parley.v1, bearer.", "authenticate")
        .doesNotContain("ada");
  }

  @DataProvider
  public Object[][] carriers() {
    String protocols = handshake().replace("parley.v1", "parley.v1, bearer.ada");
    return new Object[][] {
      {handshake("Authorization: Bearer ada")},
      {handshake("authorization: bearer ada")},
      {protocols},
      {handshake("Sec-WebSocket-Protocol: bearer.ada")},
      {handshake("Sec-WebSocket-Protocol: ,, bearer.ada ,")},
      {handshake("Sec-WebSocket-Protocol:", "Sec-WebSocket-Protocol: bearer.ada")},
    };
  }

  @Test(dataProvider = "carriers")
  public void aTokenComesInTheHeaderOrAsASubprotocol(String request) throws Exception {
    listener.routes.opened.clear();
    try (RawSocket socket = listener.socket()) {
      assertThat(socket.send(request).head()).startsWith("HTTP/1.1 101 ").doesNotContain("ada");
      assertThat(listener.routes.next().principal.user().subject()).isEqualTo("ada");
      socket.reset();
    }
  }

  @DataProvider
  public Object[][] badTokens() {
    return new Object[][] {
      {"Authorization: Bearer expired", "401", "token_expired"},
      {"Authorization: Bearer forged", "401", "unauthenticated"},
      {"Authorization: Basic YWRhOmFkYQ==", "401", "unauthenticated"},
      {"Authorization: Bearer", "401", "unauthenticated"},
      {"Sec-WebSocket-Protocol: bearer.forged", "401", "unauthenticated"},
      {"Sec-WebSocket-Protocol: bearer.", "401", "unauthenticated"},
      {"Authorization: Bearer stranger", "403", "forbidden"},
    };
  }

  @Test(dataProvider = "badTokens")
  public void aTokenThatProvesNothingIsRefused(String header, String status, String code)
      throws IOException {
    assertThat(listener.answer(handshake(header)))
        .startsWith("HTTP/1.1 " + status + " ")
        .contains("\"code\":\"" + code + "\"");
  }

  public void aRefusalForATokenSaysHowToAuthenticate() throws IOException {
    assertThat(listener.answer(handshake("Authorization: Bearer forged")))
        .containsIgnoringCase("www-authenticate: Bearer\r\n");
  }

  public void beforeReadyAHandshakeIsToldToComeBack() throws IOException {
    listener.ready = false;
    String answer = listener.answer(handshake(TOKEN));
    listener.ready = true;
    assertThat(answer).startsWith("HTTP/1.1 503 ").containsIgnoringCase("retry-after: 1\r\n");
    assertThat(answer).contains("\"draining\"");
  }

  public void aFrameInTheSegmentOfTheHandshakeIsNotLost() throws IOException {
    byte[] ping = RawSocket.frame(0x89, new byte[] {42});
    try (RawSocket socket = listener.socket()) {
      socket.send(handshake(TOKEN) + new String(ping, ISO_8859_1)).head();
      List<Integer> opcodes = List.of(socket.frame().opcode(), socket.frame().opcode());
      assertThat(opcodes).containsExactlyInAnyOrder(1, 10);
    }
  }

  /** RFC 9112, section 3.2.2: a server must take it. */
  public void aTargetInAbsoluteFormIsUpgraded() throws Exception {
    try (RawSocket socket = listener.socket()) {
      String request = handshake(TOKEN).replace("GET /ws", "GET http://gateway/ws");
      assertThat(socket.send(request).head()).startsWith("HTTP/1.1 101 ");
      assertThat(socket.message().text()).isEqualTo("welcome");
    }
  }
}
