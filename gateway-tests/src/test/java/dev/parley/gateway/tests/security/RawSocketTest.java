package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Json;
import dev.parley.gateway.tests.support.RawClient;
import java.io.ByteArrayOutputStream;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Bytes that no valid client sends, against the whole gateway. */
@Attack("frames")
@Test(groups = {"security", "websocket"})
public class RawSocketTest extends AttackTest {
  @DataProvider
  public Object[][] badHandshakes() {
    String good = RawClient.upgrade();
    return new Object[][] {
      {"HTTP/1.0", good.replace("HTTP/1.1", "HTTP/1.0")},
      {"POST", good.replace("GET", "POST")},
      {"no Host", good.replace("Host: 127.0.0.1\r\n", "")},
      {"two Hosts", good.replace("Host: 127.0.0.1\r\n", "Host: a\r\nHost: b\r\n")},
      {"two keys", good.replace("Sec-WebSocket-Key", "Sec-WebSocket-Key: x\r\nSec-WebSocket-Key")},
      {"a short key", good.replace("dGhlIHNhbXBsZSBub25jZQ==", "YWJj")},
      {"version 8", good.replace("Version: 13", "Version: 8")},
      {
        "two tokens",
        good.replace("Host", "Authorization: Bearer a\r\nAuthorization: Bearer b\r\nHost")
      },
      {"a body", good.replace("Host", "Content-Length: 3\r\nHost") + "abc"},
      {"two lengths", good.replace("Host", "Content-Length: 0\r\nContent-Length: 3\r\nHost")},
      {
        "chunked and a length",
        good.replace("Host", "Content-Length: 3\r\nTransfer-Encoding: chunked\r\nHost")
      },
      {"a space before the colon", good.replace("Upgrade:", "Upgrade :")},
      {"a header of 64 KiB", good.replace("Host", "X-Big: " + "x".repeat(65536) + "\r\nHost")},
      {"no subprotocol of ours", good.replace("parley.v1", "chat")},
    };
  }

  @Attack("http")
  @Test(dataProvider = "badHandshakes")
  public void aMalformedHandshakeIsRefusedAndNeverUpgraded(String wrong, String request) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada) + "\r\nHost";
    String whole = wrong.contains("token") ? request : request.replaceFirst("Host", token);
    RawClient client = rawSocket();
    client.sendWhileOpen(whole.getBytes(UTF_8));
    assertThat(client.readAnswer().status()).as(wrong).isBetween(400, 499);
    assertWell();
  }

  @DataProvider
  public Object[][] badFrames() {
    return new Object[][] {
      {"RSV1 without an extension", RawClient.frame(0xC1, "{}".getBytes(UTF_8)), 1002},
      {"a reserved opcode", RawClient.frame(0x83, new byte[1]), 1002},
      {"a fragmented ping", RawClient.frame(0x09, new byte[1]), 1002},
      {"a ping of 126 bytes", RawClient.frame(0x89, new byte[126]), 1002},
      {"a continuation of nothing", RawClient.frame(0x80, new byte[1]), 1002},
      {"an unmasked frame", new byte[] {(byte) 0x81, 2, '{', '}'}, 1002},
      {"bad UTF-8", RawClient.frame(0x81, new byte[] {(byte) 0xC3, 0x28}), 1007},
      {
        "half a surrogate",
        RawClient.frame(0x81, new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80}),
        1007
      },
      {"binary", RawClient.frame(0x82, new byte[1]), 1003},
      {"64 KiB and a byte", RawClient.frame(0x81, new byte[65537]), 1009},
      {
        "a length of 2^62",
        new byte[] {(byte) 0x81, (byte) 0xFF, 0x40, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4},
        1009
      },
      {"close 1005", RawClient.frame(0x88, new byte[] {0x03, (byte) 0xED}), 1002},
      {"close 5000", RawClient.frame(0x88, new byte[] {0x13, (byte) 0x88}), 1002},
      {"a length of 2^63", length(0x80, 0, 0, 0, 0, 0, 0, 0), 1002},
      {"a length of 2^64 - 1", length(0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF), 1002},
      {"a length of 2^32", length(0, 0, 0, 1, 0, 0, 0, 0), 1009},
      {"a length of 2^31", length(0, 0, 0, 0, 0x80, 0, 0, 0), 1009},
      {"fragments of 64 KiB in all", fragments(17, 4_096), 1009},
      {"65 fragments", fragments(65, 1), 1008},
      {"65 empty fragments", fragments(65, 0), 1008},
      {"close of one byte", RawClient.frame(0x88, new byte[1]), 1002},
    };
  }

  /** The head of a masked text of this length, and its mask. */
  private static byte[] length(int... bytes) {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    frame.write(0x81);
    frame.write(0xFF);
    for (int each : bytes) {
      frame.write(each);
    }
    frame.writeBytes(new byte[] {1, 2, 3, 4});
    return frame.toByteArray();
  }

  /** A message in so many fragments, which does not end. */
  private static byte[] fragments(int count, int size) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(RawClient.frame(i == 0 ? 0x01 : 0x00, " ".repeat(size).getBytes(UTF_8)));
    }
    return all.toByteArray();
  }

  /** What comes before the token: the bytes and the close code. */
  @DataProvider
  public Object[][] firstFrames() {
    String big =
        "{\"type\":\"authenticate\",\"payload\":{\"token\":\"" + "a".repeat(16_384) + "\"}}";
    return new Object[][] {
      {"more than 16 KiB", RawClient.frame(0x81, big.getBytes(UTF_8)), 4401},
      {"a length of 2^62", length(0x40, 0, 0, 0, 0, 0, 0, 0), 1009},
      {"in two pieces", fragments(2, 1), 4401},
      {"binary", RawClient.frame(0x82, new byte[1]), 1003},
      {
        "a command", RawClient.frame(0x81, "{\"type\":\"ping\",\"id\":\"p\"}".getBytes(UTF_8)), 4401
      },
      {"nothing", RawClient.frame(0x81, new byte[0]), 4401},
      {"no JSON", RawClient.frame(0x81, "hello".getBytes(UTF_8)), 4401},
      {"lists in lists", RawClient.frame(0x81, "[".repeat(16_000).getBytes(UTF_8)), 4401},
      {
        "two tokens",
        RawClient.frame(
            0x81,
            "{\"type\":\"authenticate\",\"payload\":{\"token\":\"a\",\"token\":\"b\"}}"
                .getBytes(UTF_8)),
        4401
      },
      {
        "a token that is an object",
        RawClient.frame(
            0x81, "{\"type\":\"authenticate\",\"payload\":{\"token\":{}}}".getBytes(UTF_8)),
        4401
      },
      {
        "a user beside the token",
        RawClient.frame(
            0x81,
            "{\"type\":\"authenticate\",\"user_id\":\"ada\",\"payload\":{\"token\":\"a\"}}"
                .getBytes(UTF_8)),
        4401
      },
      {"bad UTF-8", RawClient.frame(0x81, new byte[] {(byte) 0xFF}), 4401},
      {"a reserved bit", RawClient.frame(0xC1, "{}".getBytes(UTF_8)), 1002},
    };
  }

  @Test(dataProvider = "firstFrames")
  public void whatComesBeforeTheTokenEndsTheConnection(String what, byte[] frame, int code) {
    RawClient client = rawSocket();
    assertThat(client.request(RawClient.upgrade()).status()).isEqualTo(101);
    client.sendWhileOpen(frame);
    assertThat(client.readClose()).as(what).isEqualTo(code);
    assertWell();
  }

  @Test(dataProvider = "badFrames")
  public void anInvalidFrameEndsTheConnectionWithItsCloseCode(
      String wrong, byte[] frame, int code) {
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    client.sendWhileOpen(frame);
    assertThat(client.readClose()).as(wrong).isEqualTo(code);
    assertWell();
  }

  public void endlessFragmentsAreClosed() {
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    client.sendWhileOpen(RawClient.frame(0x01, new byte[0]));
    for (int i = 0; i < 1000; i++) {
      client.sendWhileOpen(RawClient.frame(0x00, new byte[0]));
    }
    assertThat(client.readClose()).isEqualTo(1008);
    assertWell();
  }

  public void aFrameSentByteByByteIsAccepted() {
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    byte[] text = Commands.chat("c1", "t1", "dripping").toString().getBytes(UTF_8);
    for (byte each : RawClient.frame(0x81, text)) {
      client.send(new byte[] {each});
    }
    assertThat(Json.parse(client.readFrame().text()).path("type").asText()).isEqualTo("accepted");
  }

  public void aFragmentedTextWithAPingInBetweenIsAccepted() {
    RawClient client = closing(RawClient.upgraded(gateway.address(), gateway.tokens().of(ada)));
    String text = Commands.chat("c1", "t1", "in two").toString();
    client.sendFrame(0x01, text.substring(0, 20).getBytes(UTF_8));
    client.sendFrame(0x89, "?".getBytes(UTF_8));
    client.sendFrame(0x80, text.substring(20).getBytes(UTF_8));
    assertThat(client.readFrame().opcode()).isEqualTo(0xA);
    assertThat(Json.parse(client.readFrame().text()).path("type").asText()).isEqualTo("accepted");
  }

  public void aFrameInTheSameSegmentAsTheHandshakeIsNotLost() {
    RawClient client = rawSocket();
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(RawClient.upgrade(token).getBytes(UTF_8));
    both.writeBytes(RawClient.frame(0x81, "{\"type\":\"ping\",\"id\":\"p1\"}".getBytes(UTF_8)));
    client.send(both.toByteArray());
    assertThat(client.readAnswer().status()).isEqualTo(101);
    assertThat(client.readFrame().text()).contains("welcome");
    assertThat(client.readFrame().text()).contains("pong").contains("p1");
  }
}
