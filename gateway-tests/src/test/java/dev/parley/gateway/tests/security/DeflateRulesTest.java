package dev.parley.gateway.tests.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Attack;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.Deflate;
import dev.parley.gateway.tests.support.FrameCases;
import dev.parley.gateway.tests.support.RawClient;
import dev.parley.gateway.tests.support.RawClient.RawAnswer;
import dev.parley.gateway.tests.support.RunningGateway;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Every rule of RFC 7692 as bytes, and compressed attacks: what is answered, up to the end. */
@Attack("compression")
@Test(groups = {"security", "websocket"})
public class DeflateRulesTest extends AttackTest {
  private static final String PING = "{\"type\":\"ping\",\"id\":\"p1\"}";
  private static final byte[] NONE = {};
  private static final byte[] BYE = frame(0x88, new byte[] {3, (byte) 0xE8});
  private static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private final List<Object[]> rows = new ArrayList<>();

  @Override
  protected Map<String, String> more() {
    return Map.of("server.compression", "true", "server.max_frame", "256KiB");
  }

  /** Frames after the welcome, and all answers to them up to the end of the stream. */
  @DataProvider
  public Object[][] frames() {
    rows.clear();
    messages();
    bits();
    broken();
    bombs();
    return rows.toArray(Object[][]::new);
  }

  private void messages() {
    byte[] ping = Deflate.payload(PING);
    byte[] start = Arrays.copyOf(ping, 7);
    byte[] rest = Arrays.copyOfRange(ping, 7, ping.length);
    row("compressed", all(frame(0xC1, ping), BYE), "pong p1", "close 1000");
    row("not compressed", all(frame(0x81, PING.getBytes(UTF_8)), BYE), "pong p1", "close 1000");
    row(
        "both in turn",
        all(frame(0xC1, ping), frame(0x81, PING.getBytes(UTF_8)), frame(0xC1, ping), BYE),
        "pong p1",
        "pong p1",
        "pong p1",
        "close 1000");
    row("two fragments", all(frame(0x41, start), frame(0x80, rest), BYE), "pong p1", "close 1000");
    row(
        "empty fragments around",
        all(frame(0x41, NONE), frame(0, ping), frame(0, NONE), frame(0x80, NONE), BYE),
        "pong p1",
        "close 1000");
    row(
        "a ping between",
        all(frame(0x41, start), frame(0x89, NONE), frame(0x80, rest), BYE),
        "pong",
        "pong p1",
        "close 1000");
    row("without compression in it", stored(PING), "pong p1", "close 1000");
    row("a final block", all(frame(0xC1, finalBlock()), BYE), "pong p1", "close 1000");
    row("an empty message", all(frame(0xC1, hex("00")), BYE), "error", "close 1000");
    row(
        "a message of 64 fragments",
        all(frame(0x41, ping), repeated(62, frame(0, NONE)), frame(0x80, NONE), BYE),
        "pong p1",
        "close 1000");
    row(
        "a context taken over",
        all(frame(0xC1, hex("f248cdc9c90700")), frame(0xC1, hex("f200110000"))),
        "error",
        "close 1007");
  }

  private static byte[] stored(String text) {
    return all(frame(0xC1, Deflate.payload(text.getBytes(UTF_8), 0)), BYE);
  }

  /** A payload that ends with a block with BFINAL, and the octet of section 7.2.3.4. */
  private static byte[] finalBlock() {
    byte[] text = PING.getBytes(UTF_8);
    byte[] head = {1, (byte) text.length, 0, (byte) ~text.length, (byte) 0xFF};
    return all(head, text, new byte[1]);
  }

  private void bits() {
    byte[] ping = Deflate.payload(PING);
    for (int bits : new int[] {0x10, 0x20, 0x30, 0x50, 0x60, 0x70}) {
      row("bits " + Integer.toHexString(bits), frame(0x81 | bits, ping), "close 1002");
    }
    for (int opcode : new int[] {8, 9, 10}) {
      row("RSV1 on control frame " + opcode, frame(0xC0 | opcode, NONE), "close 1002");
    }
    row("RSV1 on a continuation", all(frame(0x41, ping), frame(0xC0, NONE)), "close 1002");
    row("RSV1 on a continuation alone", all(frame(0x01, NONE), frame(0xC0, NONE)), "close 1002");
    row("RSV1 on the head of a frame that does not come", hex("c9fe"), "close 1002");
    row("binary", frame(0xC2, ping), "close 1003");
    row("a message within a message", all(frame(0x41, ping), frame(0xC1, ping)), "close 1002");
    for (int opcode : new int[] {3, 7, 11, 15}) {
      row("opcode " + opcode, frame(0xC0 | opcode, ping), "close 1002");
    }
  }

  private void broken() {
    byte[] ping = Deflate.payload(PING);
    broken("nothing", "");
    broken("a block of the type that does not exist", "06");
    broken("lengths that do not agree", "000500000048656c6c6f00");
    broken("a distance before the beginning", "1a020000");
    broken("a head of zlib", "789cf248cdc9c90700");
    broken("a head of gzip", "1f8b0800000000000003f248cdc9c90700");
    broken("the end that is not sent", "f248cdc9c907000000ffff");
    broken("cut off", HexFormat.of().formatHex(Arrays.copyOf(ping, ping.length - 2)));
    broken("text", HexFormat.of().formatHex(PING.getBytes(UTF_8)));
    for (String text : List.of("ff", "c3", "eda080", "f4908080", "c0af")) {
      byte[] bytes = hex(text);
      row("UTF-8: " + text, frame(0xC1, Deflate.payload(bytes, 6)), "close 1007");
    }
  }

  private void broken(String name, String payload) {
    byte[] all = hex(payload);
    row(name, frame(0xC1, all), "close 1007");
    byte[] parts = all(frame(0x41, all), frame(0x89, NONE), frame(0x80, NONE));
    row(name + ", in fragments", parts, "pong", "close 1007");
  }

  private void bombs() {
    byte[] bomb = Deflate.payload(new byte[30 << 20], 9);
    row("a bomb of 30 MiB", frame(0xC1, bomb), "close 1009");
    row(
        "a bomb in fragments",
        all(frame(0x41, Arrays.copyOf(bomb, 20_000)), frame(0x80, NONE)),
        "close 1009");
    row("the maximum", all(frame(0xC1, padded(262_144)), BYE), "pong p1", "close 1000");
    row("a byte too many", frame(0xC1, padded(262_145)), "close 1009");
    row(
        "a small text of any ratio",
        all(frame(0xC1, spaces(60_000)), BYE),
        "pong p1",
        "close 1000");
    row("a ratio beyond 128", frame(0xC1, spaces(100_000)), "close 1009");
    row("many final blocks", frame(0xC1, repeated(1_000, hex("0300"))), "close 1008");
    row("65 fragments", all(frame(0x41, NONE), repeated(64, frame(0, NONE))), "close 1008");
    row(
        "fragments of more than the maximum",
        all(frame(0x41, new byte[200_000]), frame(0, new byte[200_000])),
        "close 1009");
    byte[] many = all(repeated(300, frame(0xC1, spaces(60_000))), BYE);
    row("more text a second than may come", many, "close 4429");
  }

  /** A command of this length that is compressed to about a quarter. */
  private static byte[] padded(int length) {
    byte[] text = Arrays.copyOf(PING.getBytes(UTF_8), length);
    SplittableRandom random = new SplittableRandom(1);
    for (int at = PING.length(); at < length; at++) {
      text[at] = (byte) " \t\r\n".charAt(random.nextInt(4));
    }
    return Deflate.payload(text, 6);
  }

  private static byte[] spaces(int length) {
    return Deflate.payload(PING + " ".repeat(length - PING.length()));
  }

  private void row(String name, byte[] bytes, String... answers) {
    rows.add(new Object[] {name, bytes, List.of(answers)});
  }

  @Test(dataProvider = "frames")
  public void answersAsTheRuleSays(String name, byte[] bytes, List<String> answers) {
    RawClient client = closing(Deflate.upgraded(gateway.address(), gateway.tokens().of(ada)));
    client.sendWhileOpen(bytes);
    if (answers.contains("close 4429")) {
      assertThat(FrameCases.answers(client)).endsWith("close 4429").hasSizeLessThan(250);
    } else {
      assertThat(FrameCases.answers(client)).as(name).isEqualTo(answers);
    }
    assertWell();
  }

  /** Offers, and the header of the answer; empty if none is accepted. */
  @DataProvider
  public Object[][] offers() {
    return new Object[][] {
      {"permessage-deflate", ANSWER},
      {Deflate.OFFER, ANSWER},
      {"permessage-deflate; server_max_window_bits=10", ANSWER + "; server_max_window_bits=10"},
      {"x-unknown, permessage-deflate; server_no_context_takeover", ANSWER},
      {"permessage-deflate; x=1, permessage-deflate", ANSWER},
      {"permessage-deflate; server_max_window_bits=7, permessage-deflate", ANSWER},
      {"permessage-deflate; x=1\r\n" + Deflate.HEADER + "permessage-deflate", ANSWER},
      {"permessage-deflate; server_max_window_bits", ""},
      {"permessage-deflate; client_max_window_bits=16", ""},
      {"permessage-deflate; client_no_context_takeover=1", ""},
      {"permessage-deflate; client_no_context_takeover; client_no_context_takeover", ""},
      {"x-webkit-deflate-frame", ""},
    };
  }

  @Test(dataProvider = "offers")
  public void anOfferIsAnsweredAndNeverRefused(String offer, String header) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    RawAnswer answer = rawSocket().request(RawClient.upgrade(token, Deflate.HEADER + offer));
    assertThat(answer.status()).isEqualTo(101);
    assertThat(answer.header("Sec-WebSocket-Extensions")).isEqualTo(header);
    assertWell();
  }

  public void withoutTheSettingNoOfferIsAccepted() {
    try (RunningGateway plain = RunningGateway.start(Map.of())) {
      String token = "Authorization: Bearer " + plain.tokens().of(ada);
      RawClient client = closing(RawClient.open(plain.address()));
      RawAnswer answer = client.request(RawClient.upgrade(token, Deflate.HEADER + Deflate.OFFER));
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.header("Sec-WebSocket-Extensions")).isEmpty();
      client.sendFrame(0xC1, Deflate.payload(PING));
      assertThat(FrameCases.answers(client)).endsWith("close 1002");
    }
  }

  @DataProvider
  public Object[] malformed() {
    return new Object[] {
      "permessage-deflate;", "permessage-deflate; =1", ";", "permessage-deflate; a=\"b", "a b"
    };
  }

  @Test(dataProvider = "malformed")
  public void aMalformedListIsRefused(String offer) {
    String token = "Authorization: Bearer " + gateway.tokens().of(ada);
    RawAnswer answer = rawSocket().request(RawClient.upgrade(token, Deflate.HEADER + offer));
    assertThat(answer.status()).isEqualTo(400);
  }

  public void aConnectionThatAuthenticatesByItsFirstFrameNeverCompresses() {
    RawClient client = rawSocket();
    RawAnswer answer = client.request(RawClient.upgrade(Deflate.HEADER + Deflate.OFFER));
    assertThat(answer.status()).isEqualTo(101);
    assertThat(answer.header("Sec-WebSocket-Extensions")).isEmpty();
    String token = Commands.authenticate(gateway.tokens().of(ada)).toString();
    client.sendText(token);
    assertThat(client.readFrame().head()).isEqualTo(0x81);
    client.sendFrame(0xC1, Deflate.payload(PING));
    assertThat(FrameCases.answers(client)).containsExactly("close 1002");
    assertWell();
  }

  public void aCompressedFirstFrameIsRefused() {
    RawClient client = rawSocket();
    client.request(RawClient.upgrade(Deflate.HEADER + Deflate.OFFER));
    String token = Commands.authenticate(gateway.tokens().of(ada)).toString();
    client.sendFrame(0xC1, Deflate.payload(token));
    assertThat(FrameCases.answers(client)).containsExactly("close 1002");
    assertWell();
  }

  private static byte[] frame(int head, byte[] payload) {
    return RawClient.frame(head, payload);
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] repeated(int times, byte[] part) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < times; i++) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] all(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
