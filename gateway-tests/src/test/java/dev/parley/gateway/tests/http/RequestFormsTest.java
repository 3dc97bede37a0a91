package dev.parley.gateway.tests.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.GatewayTest;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Valid HTTP requests in the forms that HTTP libraries use. */
@Test(groups = {"websocket", "business_value"})
public class RequestFormsTest extends GatewayTest {
  private static final String COMMAND = Commands.chat("c1", "t1", "hello").toString();

  private String head(String line, String... headers) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    return line + " HTTP/1.1\r\nHost: a\r\n" + token + "\r\n" + String.join("", headers) + "\r\n";
  }

  private static void assertAccepted(RawClient.RawAnswer answer) {
    assertThat(answer.status()).isEqualTo(200);
    assertThat(Json.parse(answer.body()).path("type").asText()).isEqualTo("accepted");
  }

  public void expect100ContinueIsAnsweredBeforeTheBody() {
    RawClient client = rawSocket();
    String length = "Content-Length: " + COMMAND.length() + "\r\n";
    client.send(head("POST /v1/commands", length, "Expect: 100-continue\r\n"));
    assertThat(client.readAnswer().status()).isEqualTo(100);
    client.send(COMMAND);
    assertAccepted(client.readAnswer());
  }

  public void aBodyMayBeChunkedWithExtensionsAndATrailer() {
    RawClient client = rawSocket();
    client.send(head("POST /v1/commands", "Transfer-Encoding: chunked\r\n"));
    for (int i = 0; i < COMMAND.length(); i++) {
      client.send("1;name=value\r\n" + COMMAND.charAt(i) + "\r\n");
    }
    client.send("0\r\nDigest: none\r\n\r\n");
    assertAccepted(client.readAnswer());
  }

  @DataProvider
  public Object[] types() {
    return new Object[] {"", "Content-Type: text/plain;charset=UTF-8\r\n", "content-type: x/y\r\n"};
  }

  @Test(dataProvider = "types")
  public void aCommandIsReadAsJsonWhateverItsContentType(String type) {
    String length = "Content-Length: " + COMMAND.length() + "\r\n";
    assertAccepted(rawSocket().request(head("POST /v1/commands", length, type) + COMMAND));
  }

  @DataProvider
  public Object[] names() {
    return new Object[] {"a:b", "a%3Ab", "a%3ab", "%61:b"};
  }

  @Test(dataProvider = "names")
  public void aThreadNameInThePathMayBePercentEncoded(String name) {
    http(ada).command(Commands.chat("c1", "a:b", "hello"));
    RawClient.RawAnswer answer = rawSocket().request(head("GET /v1/threads/" + name + "/events"));
    assertThat(Json.parse(answer.body()).path("thread_id").asText()).isEqualTo("a:b");
    assertThat(Json.parse(answer.body()).path("head").asInt()).isEqualTo(1);
  }

  @DataProvider
  public Object[] schemes() {
    return new Object[] {"bearer ", "BEARER ", "Bearer  "};
  }

  @Test(dataProvider = "schemes")
  public void theAuthorizationSchemeIsCaseInsensitive(String scheme) {
    String request = head("GET /v1/session").replace("Bearer ", scheme);
    assertThat(rawSocket().request(request).status()).isEqualTo(200);
  }

  @DataProvider
  public Object[][] accepts() {
    return new Object[][] {
      {"application/json, text/event-stream", "text/event-stream"},
      {"application/json, Text/Event-Stream;q=0.1", "text/event-stream"},
      {"text/event-stream; charset=utf-8, */*;q=0", "text/event-stream"},
      {"application/json, text/event-stream;q=0", "application/json"},
      {"text/event-stream; charset=utf-8; Q=0.000 , */*", "application/json"},
      {"text/event-streams", "application/json"},
      {"*/*", "application/json"},
    };
  }

  @Test(dataProvider = "accepts")
  public void theAcceptHeaderChoosesStreamOrPage(String accept, String type) {
    RawClient client = rawSocket();
    String request = head("GET /v1/threads/t1/events?after=0", "Accept: " + accept + "\r\n");
    assertThat(client.request(request).header("content-type")).isEqualTo(type);
  }
}
