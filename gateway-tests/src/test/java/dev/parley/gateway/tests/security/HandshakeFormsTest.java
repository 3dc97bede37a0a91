package dev.parley.gateway.tests.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.RawClient;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Valid handshakes in the forms that browsers, proxies and libraries use. */
@Test(groups = {"security", "websocket"})
public class HandshakeFormsTest extends GatewayTest {
  private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

  @DataProvider
  public Object[][] forms() {
    String good = RawClient.upgrade();
    return new Object[][] {
      {"Firefox's Connection", good.replace("tion: Upgrade", "tion: keep-alive, Upgrade")},
      {
        "two Connection headers",
        good.replace("tion: Upgrade", "tion: keep-alive\r\nConnection: upgrade")
      },
      {"upper case", good.replace("Upgrade: websocket", "UPGRADE: WebSocket")},
      {"another upgrade first", good.replace("ade: websocket", "ade: h2c, websocket")},
      {"spaces around the key", good.replace(KEY, "  " + KEY + "  ")},
      {"two subprotocol headers", good.replace("col: p", "col: chat\r\nSec-WebSocket-Protocol: p")},
      {"an empty body", good.replace("Host", "Content-Length: 0\r\nHost")},
      {
        "an extension", good.replace("Host", "Sec-WebSocket-Extensions: permessage-deflate\r\nHost")
      },
      {"cookies of 16 KiB", good.replace("Host", "Cookie: a=" + "x".repeat(16_384) + "\r\nHost")},
      {"an IPv6 host", good.replace("Host: 127.0.0.1", "Host: [2001:db8::1]:8443")},
    };
  }

  @Test(dataProvider = "forms")
  public void aValidHandshakeIsAcceptedInEachForm(String form, String request) {
    RawClient client = rawSocket();
    RawClient.RawAnswer answer = client.request(withToken(request));
    assertThat(answer.status()).as(form).isEqualTo(101);
    assertThat(answer.header("sec-websocket-accept")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    assertThat(answer.header("sec-websocket-protocol")).isEqualTo("parley.v1");
    assertThat(answer.header("sec-websocket-extensions")).isEmpty();
    assertThat(client.readFrame().text()).contains("\"type\":\"welcome\"");
  }

  @DataProvider
  public Object[][] before() {
    String command =
        "{\"type\":\"chat\",\"id\":\"c1\",\"thread_id\":\"t\",\"payload\":{\"content\":\"x\"}}";
    String post = "POST /v1/commands HTTP/1.1\r\nHost: a\r\nContent-Length: " + command.length();
    return new Object[][] {
      {"a page", "GET /v1/session HTTP/1.1\r\nHost: a\r\n\r\n", 200},
      {"an unknown path", "GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n", 404},
      {"a command", post + "\r\n\r\n" + command, 200},
    };
  }

  @Test(dataProvider = "before")
  public void aSocketMayBeUpgradedAfterARequest(String what, String request, int status) {
    RawClient client = rawSocket();
    assertThat(client.request(withToken(request)).status()).as(what).isEqualTo(status);
    assertThat(client.request(withToken(RawClient.upgrade())).status()).isEqualTo(101);
    assertThat(client.readFrame().text()).contains("\"type\":\"welcome\"");
  }

  public void aSocketMayBeUpgradedAfterAPipelinedRequest() {
    RawClient client = rawSocket();
    String first = "GET /v1/session HTTP/1.1\r\nHost: a\r\n\r\n";
    client.send(withToken(first) + withToken(RawClient.upgrade()));
    assertThat(client.readAnswer().status()).isEqualTo(200);
    assertThat(client.readAnswer().status()).isEqualTo(101);
    assertThat(client.readFrame().text()).contains("\"type\":\"welcome\"");
  }

  private String withToken(String request) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada) + "\r\n";
    int head = request.indexOf("\r\n") + 2;
    return request.substring(0, head) + token + request.substring(head);
  }
}
