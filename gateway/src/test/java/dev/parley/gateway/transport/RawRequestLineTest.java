package dev.parley.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Requests as bytes over a real socket: an ambiguous request is refused. */
@Test(groups = "unit")
public class RawRequestLineTest {

  private static final String HEADERS = "Host: gateway\r\nConnection: close\r\n\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked";
  private static final String CHUNKS = "3\r\nabc\r\n0\r\n\r\n";

  private TestListener listener;

  @BeforeClass(alwaysRun = true)
  public void listen() throws IOException {
    listener = new TestListener();
  }

  @AfterClass(alwaysRun = true)
  public void stop() {
    listener.close();
  }

  private static String get(String requestLine) {
    return requestLine + "\r\n" + HEADERS;
  }

  private static String with(String header) {
    return "GET /x HTTP/1.1\r\nHost: gateway\r\n" + header + "\r\nConnection: close\r\n\r\n";
  }

  private static String post(String header, String body) {
    return "POST /x HTTP/1.1\r\n" + header + "\r\n" + HEADERS + body;
  }

  @DataProvider
  public Object[][] badRequests() {
    return new Object[][] {
      {"version in lower case", get("GET /x http/1.1")},
      {"version in mixed case", get("GET /x HtTP/1.1")},
      {"another version", get("GET /x HTTP/1.2")},
      {"no version", get("GET /x")},
      {"spaces before the line", get("  GET /x HTTP/1.1")},
      {"a tab before the line", get("\tGET /x HTTP/1.1")},
      {"a bare line feed before the line", get("\nGET /x HTTP/1.1")},
      {"a bare carriage return before the line", get("\rGET /x HTTP/1.1")},
      {"NUL before the line", get("\0GET /x HTTP/1.1")},
      {"two spaces after the method", get("GET  /x HTTP/1.1")},
      {"two spaces after the target", get("GET /x  HTTP/1.1")},
      {"a tab after the method", get("GET\t/x HTTP/1.1")},
      {"a form feed after the target", get("GET /x\fHTTP/1.1")},
      {"a space at the end", get("GET /x HTTP/1.1 ")},
      {"a space in the target", get("GET /x y HTTP/1.1")},
      {"NUL in the target", get("GET /x\0y HTTP/1.1")},
      {"a letter beyond ASCII in the target", get("GET /\u00e4 HTTP/1.1")},
      {"a fragment in the target", get("GET /x#y HTTP/1.1")},
      {"absolute form without a host", get("GET http:///x HTTP/1.1")},
      {"absolute form with a user", get("GET http://ada@gateway/x HTTP/1.1")},
      {"absolute form of another scheme", get("GET ftp://gateway/x HTTP/1.1")},
      {"absolute form with two hosts", get("GET http://a,b/x HTTP/1.1")},
      {"absolute form without Host", "GET http://gateway/x HTTP/1.1\r\n\r\n"},
      {"a query in absolute form on /ws", get("GET http://gateway/ws?token=x HTTP/1.1")},
      {"a name behind an address", get("GET /x HTTP/1.1").replace("gateway", "[::1]evil.com")},
      {"asterisk form", get("OPTIONS * HTTP/1.1")},
      {"authority form", get("CONNECT gateway:80 HTTP/1.1")},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"a space before the first header", "GET /x HTTP/1.1\r\n " + HEADERS},
      {"a space before the colon", with("X : y")},
      {"a space in a name", with("X y: z")},
      {"no name", with(": x")},
      {"no colon", with("X")},
      {"a bare line feed", with("X: y\nZ: z")},
      {"a bare carriage return", with("X: y\rZ: z")},
      {"NUL in a value", with("X: y\0z")},
      {"NUL in a name", with("X\0: y")},
      {"two hosts in one", get("GET /x HTTP/1.1").replace("gateway", "a, b")},
      {"a folded host", get("GET /x HTTP/1.1").replace("gateway", "a\r\n b")},
      {"a path in the host", get("GET /x HTTP/1.1").replace("gateway", "a/b")},
      {"a user in the host", get("GET /x HTTP/1.1").replace("gateway", "ada@a")},
      {"Content-Length twice", post("Content-Length: 3\r\nContent-Length: 3", "abc")},
      {"a list of lengths", post("Content-Length: 3, 3", "abc")},
      {"a folded length", post("Content-Length: 1\r\n 3", "abc")},
      {"a signed length", post("Content-Length: +3", "abc")},
      {"a negative length", post("Content-Length: -3", "abc")},
      {"a length in hexadecimal", post("Content-Length: 0x3", "abc")},
      {"an empty length", post("Content-Length:", "")},
      {"a length beyond numbers", post("Content-Length: 99999999999999999999", "abc")},
      {"both lengths", post("Content-Length: 3\r\n" + CHUNKED, CHUNKS)},
      {"chunked first", post(CHUNKED + ", gzip", CHUNKS)},
      {"chunked twice", post(CHUNKED + ", chunked", CHUNKS)},
      {"folded behind chunked", post(CHUNKED + "\r\n , gzip", CHUNKS)},
      {"identity", post("Transfer-Encoding: identity", "")},
      {"gzip alone", post("Transfer-Encoding: gzip", "")},
      {"nearly chunked", post("Transfer-Encoding: xchunked", CHUNKS)},
      {"quoted chunked", post("Transfer-Encoding: \"chunked\"", CHUNKS)},
      {"chunked with a parameter", post(CHUNKED + ";q=1", CHUNKS)},
      {"no coding", post("Transfer-Encoding:", "")},
      {"a bare line feed after a size", post(CHUNKED, "3\nabc\r\n0\r\n\r\n")},
      {"a bare line feed after a chunk", post(CHUNKED, "3\r\nabc\n0\r\n\r\n")},
      {"a space before a size", post(CHUNKED, " 3\r\nabc\r\n0\r\n\r\n")},
      {"a size with a prefix", post(CHUNKED, "0x3\r\nabc\r\n0\r\n\r\n")},
      {"a negative size", post(CHUNKED, "-3\r\nabc\r\n0\r\n\r\n")},
      {"a chunk that is too long", post(CHUNKED, "3\r\nabcd\r\n0\r\n\r\n")},
      {"a size beyond numbers", post(CHUNKED, "fffffffffffffffff\r\nabc\r\n0\r\n\r\n")},
    };
  }

  @Test(dataProvider = "badRequests")
  public void whatCanBeReadInTwoWaysIsRefused(String wrong, String request) throws IOException {
    assertThat(listener.answer(request))
        .as(wrong)
        .startsWith("HTTP/1.1 400 ")
        .containsPattern("\"code\":\"(bad_frame|invalid_argument)\"")
        .doesNotContain("path /");
  }

  @DataProvider
  public Object[][] absoluteTargets() {
    return new Object[][] {
      {"http://gateway/x"}, {"HTTPS://other:1/x"}, {"http://[::1]:80/x?y=http://z"}
    };
  }

  @Test(dataProvider = "absoluteTargets")
  public void anAbsoluteTargetIsReadAsItsPath(String target) throws IOException {
    assertThat(listener.answer(get("GET " + target + " HTTP/1.1"))).contains("path /x");
  }

  @DataProvider
  public Object[][] codings() {
    return new Object[][] {
      {"Transfer-Encoding: gzip, chunked"},
      {"Transfer-Encoding: gzip,, chunked"},
      {"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked"},
      {"Transfer-Encoding: identity, Chunked"},
    };
  }

  @Test(dataProvider = "codings")
  public void aCodingThatIsNotKnownIsNotImplemented(String header) throws IOException {
    assertThat(listener.answer(post(header, CHUNKS)))
        .startsWith("HTTP/1.1 501 Not Implemented\r\n")
        .contains("Transfer-Encoding: expected chunked alone")
        .doesNotContain("path /");
  }

  @DataProvider
  public Object[][] goodRequests() {
    return new Object[][] {
      {get("GET /x HTTP/1.1")},
      {"\r\n\r\n" + get("GET /x HTTP/1.1")},
      {get("GET /x HTTP/1.1").replace("gateway", "[::1]:8080")},
      {get("GET /x HTTP/1.1").replace("gateway", "gate_way.example.com:")},
      {with("X: y\r\n folded")},
      {post("Content-Length: 03", "abc")},
      {post("Transfer-Encoding: , CHUNKED", CHUNKS)},
      {post(CHUNKED, "3;a=b\r\nabc\r\n0\r\nX: y\r\n\r\n")},
    };
  }

  @Test(dataProvider = "goodRequests")
  public void whatCanBeReadInOneWayIsAnswered(String request) throws IOException {
    assertThat(listener.answer(request)).startsWith("HTTP/1.1 200 ").endsWith("path /x");
  }

  public void aRequestMayComeByteByByte() throws IOException {
    try (RawSocket socket = listener.socket()) {
      for (char letter : ("\r\n" + with("X: y\r\n folded")).toCharArray()) {
        socket.send(String.valueOf(letter));
      }
      assertThat(socket.rest()).endsWith("path /x");
    }
  }

  public void theAnswerToHeadHasNoBodyAlsoBetweenOthers() throws IOException {
    String first = "GET /1 HTTP/1.1\r\nHost: gateway\r\n\r\n";
    String head = "HEAD /2 HTTP/1.1\r\nHost: gateway\r\n\r\n";
    String answers = listener.answer(first + head + get("GET /3 HTTP/1.1"));
    assertThat(answers).contains("path /1HTTP/1.1 200 ").endsWith("path /3");
    assertThat(List.of(answers.split("HTTP/1.1 200 OK", -1))).hasSize(4);
    assertThat(answers).doesNotContain("path /2");
  }
}
