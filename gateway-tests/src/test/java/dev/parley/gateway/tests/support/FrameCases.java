package dev.parley.gateway.tests.support;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Frames as bytes, with the answers that RFC 6455, sections 5 to 7, and the protocol ask for. */
public final class FrameCases {
  /**
   * Bytes after the welcome, and all answers to them up to the end of the stream: the type and id
   * of a text frame, the opcode and payload of any other.
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record FrameCase(String name, byte[] bytes, List<String> answers) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final byte[] NONE = {};
  private static final byte[] PING = "{\"type\":\"ping\",\"id\":\"p1\"}".getBytes(UTF_8);
  private static final byte[] SMILE =
      "{\"type\":\"ping\",\"id\":\"p1\",\"note\":\"\uD83D\uDE00\"}".getBytes(UTF_8);
  private static final byte[] BYE = close(1000);

  private final List<FrameCase> all = new ArrayList<>();

  public static List<FrameCase> all() {
    FrameCases cases = new FrameCases();
    cases.heads();
    cases.lengths();
    cases.control();
    cases.closes();
    cases.fragments();
    cases.texts();
    return cases.all;
  }

  private void heads() {
    add("no mask", new byte[] {(byte) 0x81, 2, '{', '}'}, "close 1002");
    add("no mask, empty", new byte[] {(byte) 0x81, 0}, "close 1002");
    add("no mask on a Close", new byte[] {(byte) 0x88, 2, 3, (byte) 0xE8}, "close 1002");
    for (int bits = 1; bits < 8; bits++) {
      for (int opcode : new int[] {1, 2, 8, 9, 10}) {
        add(
            "reserved bits " + bits + ", opcode " + opcode,
            frame(0x80 | bits << 4 | opcode, NONE),
            "close 1002");
      }
      add(
          "reserved bits " + bits + " on a continuation",
          joined(frame(0x01, NONE), frame(0x80 | bits << 4, NONE)),
          "close 1002");
    }
    for (int opcode : new int[] {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
      add("opcode " + opcode, frame(0x80 | opcode, NONE), "close 1002");
      add("opcode " + opcode + " with bytes", frame(0x80 | opcode, PING), "close 1002");
    }
    add("binary", frame(0x82, PING), "close 1003");
    add("binary, empty", frame(0x82, NONE), "close 1003");
    add("binary in fragments", frame(0x02, PING), "close 1003");
    add("a mask of zeros", joined(frame(0x81, PING, 0), BYE), "pong p1", "close 1000");
  }

  private void lengths() {
    add("16 bits for 125", joined(head(0x81, 126, 125, 2), new byte[125]), "close 1002");
    add("16 bits for 0", head(0x81, 126, 0, 2), "close 1002");
    add("64 bits for 125", joined(head(0x81, 127, 125, 8), new byte[125]), "close 1002");
    add("64 bits for 65535", joined(head(0x81, 127, 65535, 8), new byte[65535]), "close 1002");
    add("64 bits, the highest set", head(0x81, 127, Long.MIN_VALUE, 8), "close 1002");
    add("64 bits, all set", head(0x81, 127, -1, 8), "close 1002");
    add("2^62 declared", head(0x81, 127, 1L << 62, 8), "close 1009");
    add("2^32 declared", head(0x81, 127, 1L << 32, 8), "close 1009");
    add("2^31 declared", head(0x81, 127, 1L << 31, 8), "close 1009");
    add("2^32 declared in a fragment", head(0x01, 127, 1L << 32, 8), "close 1009");
    add("a byte too many declared", head(0x81, 127, 65537, 8), "close 1009");
    for (int length : new int[] {125, 126, 127, 128, 65535, 65536}) {
      add(length + " bytes", joined(frame(0x81, padded(length)), BYE), "pong p1", "close 1000");
    }
  }

  private void control() {
    byte[] full = new byte[125];
    Arrays.fill(full, (byte) 'x');
    add("ping", joined(frame(0x89, NONE), BYE), "pong", "close 1000");
    add(
        "ping with a payload",
        joined(frame(0x89, "beat".getBytes(UTF_8)), BYE),
        "pong beat",
        "close 1000");
    add(
        "ping of 125 bytes",
        joined(frame(0x89, full), BYE),
        "pong " + "x".repeat(125),
        "close 1000");
    add("ping of 126 bytes", frame(0x89, new byte[126]), "close 1002");
    add("ping of 64 bits", head(0x89, 127, 70000, 8), "close 1002");
    add(
        "ping with binary bytes",
        joined(frame(0x89, hex("00fffe")), BYE),
        "pong \0\uFFFD\uFFFD",
        "close 1000");
    add("ping in fragments", frame(0x09, NONE), "close 1002");
    add(
        "pings in order",
        joined(frame(0x89, hex("61")), frame(0x89, hex("62")), BYE),
        "pong a",
        "pong b",
        "close 1000");
    add(
        "pong that nobody asked for",
        joined(frame(0x8A, PING), frame(0x8A, NONE), BYE),
        "close 1000");
    add("pong in fragments", frame(0x0A, NONE), "close 1002");
    add("pong of 126 bytes", frame(0x8A, new byte[126]), "close 1002");
    add("Close in fragments", frame(0x08, hex("03e8")), "close 1002");
    add("Close of 126 bytes", frame(0x88, new byte[126]), "close 1002");
    add("a flood of pongs", repeated(300, frame(0x8A, NONE)), "close 4429");
  }

  private void closes() {
    add("Close without a code", frame(0x88, NONE), "close");
    add("Close of 1 byte", frame(0x88, hex("03")), "close 1002");
    for (int code :
        new int[] {
          1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000,
          4401, 4999
        }) {
      add("Close " + code, close(code), "close " + code);
    }
    for (int code :
        new int[] {
          0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 32767, 32768, 65535
        }) {
      add("Close " + code, close(code), "close 1002");
    }
    add("Close with a reason", frame(0x88, hex("03e86f6b")), "close 1000");
    add(
        "Close with a reason of 123 bytes",
        frame(0x88, joined(hex("03e8"), "x".repeat(123).getBytes(UTF_8))),
        "close 1000");
    add("Close with a reason that is not UTF-8", frame(0x88, hex("03e8ff")), "close 1007");
    add("Close with half a character", frame(0x88, hex("03e8c3")), "close 1007");
    add("Close with a surrogate", frame(0x88, hex("03e8eda080")), "close 1007");
    add("a command after the Close", joined(BYE, frame(0x81, PING)), "close 1000");
    add("a ping after the Close", joined(BYE, frame(0x89, NONE)), "close 1000");
    add("two Closes", joined(BYE, close(1001)), "close 1000");
    add("a broken frame after the Close", joined(BYE, hex("ffff")), "close 1000");
    add("Close within a message", joined(frame(0x01, PING), BYE), "close 1000");
    add("Close after a violation", joined(frame(0x82, NONE), BYE), "close 1003");
    add("two violations", joined(frame(0x82, NONE), frame(0x83, NONE)), "close 1003");
  }

  private void fragments() {
    byte[] start = Arrays.copyOf(PING, 5);
    byte[] rest = Arrays.copyOfRange(PING, 5, PING.length);
    add(
        "two fragments",
        joined(frame(0x01, start), frame(0x80, rest), BYE),
        "pong p1",
        "close 1000");
    add(
        "empty fragments around",
        joined(frame(0x01, NONE), frame(0, PING), frame(0, NONE), frame(0x80, NONE), BYE),
        "pong p1",
        "close 1000");
    add("a fragment for each byte", joined(singles(), BYE), "pong p1", "close 1000");
    add(
        "ping between",
        joined(frame(0x01, start), frame(0x89, hex("61")), frame(0x80, rest), BYE),
        "pong a",
        "pong p1",
        "close 1000");
    add(
        "pong between",
        joined(frame(0x01, start), frame(0x8A, NONE), frame(0x80, rest), BYE),
        "pong p1",
        "close 1000");
    add("an empty message", joined(frame(0x81, NONE), BYE), "error", "close 1000");
    add(
        "an empty message in fragments",
        joined(frame(0x01, NONE), frame(0x80, NONE), BYE),
        "error",
        "close 1000");
    add("continuation of nothing", frame(0x80, NONE), "close 1002");
    add("first fragment of nothing", frame(0x00, PING), "close 1002");
    add(
        "continuation after the last",
        joined(frame(0x01, start), frame(0x80, rest), frame(0x80, NONE)),
        "pong p1",
        "close 1002");
    add("text within a message", joined(frame(0x01, NONE), frame(0x81, PING)), "close 1002");
    add("start within a message", joined(frame(0x01, NONE), frame(0x01, PING)), "close 1002");
    add("binary within a message", joined(frame(0x01, NONE), frame(0x82, PING)), "close 1002");
    add(
        "64 fragments",
        joined(frame(0x01, PING), repeated(62, frame(0, NONE)), frame(0x80, NONE), BYE),
        "pong p1",
        "close 1000");
    add("65 fragments", joined(frame(0x01, PING), repeated(64, frame(0, NONE))), "close 1008");
    add(
        "fragments of more than the maximum",
        joined(frame(0x01, new byte[40_000]), frame(0, new byte[40_000])),
        "close 1009");
  }

  private void texts() {
    for (int cut = SMILE.length - 6; cut < SMILE.length - 1; cut++) {
      add(
          "a character cut before byte " + cut,
          joined(
              frame(0x01, Arrays.copyOf(SMILE, cut)),
              frame(0x80, Arrays.copyOfRange(SMILE, cut, SMILE.length)),
              BYE),
          "rejected p1",
          "close 1000");
    }
    bad("a continuation byte alone", "80");
    bad("0xFE", "fe");
    bad("0xFF", "ff");
    bad("overlong slash of 2", "c0af");
    bad("overlong slash of 3", "e080af");
    bad("overlong slash of 4", "f08080af");
    bad("overlong NUL", "c080");
    bad("highest overlong of 2", "c1bf");
    bad("highest overlong of 3", "e09fbf");
    bad("highest overlong of 4", "f08fbfbf");
    bad("first high surrogate", "eda080");
    bad("last low surrogate", "edbfbf");
    bad("a pair of surrogates", "eda080edb080");
    bad("U+110000", "f4908080");
    bad("five bytes", "f888808080");
    bad("six bytes", "fc8480808080");
    bad("half of two", "c3");
    bad("two of three", "e282");
    bad("three of four", "f09f98");
    bad("a start within a character", "e2c3a9");
  }

  /** As a whole message, within a string, and in fragments: refused when the message is whole. */
  private void bad(String name, String bytes) {
    byte[] within =
        joined("{\"type\":\"".getBytes(UTF_8), hex(bytes), "\",\"id\":\"p1\"}".getBytes(UTF_8));
    add(name, frame(0x81, hex(bytes)), "close 1007");
    add(name + " in a string", frame(0x81, within), "close 1007");
    add(
        name + " in a fragment",
        joined(frame(0x01, hex(bytes)), frame(0x89, NONE), frame(0x80, NONE)),
        "pong",
        "close 1007");
  }

  private void add(String name, byte[] bytes, String... answers) {
    all.add(new FrameCase(name, bytes, List.of(answers)));
  }

  /** Reads all answers to the end of the stream; pings of the gateway are no answers. */
  public static List<String> answers(RawClient client) {
    return client.readToEnd().stream().map(FrameCases::described).filter(Objects::nonNull).toList();
  }

  private static @Nullable String described(RawFrame frame) {
    return switch (frame.head()) {
      case 0x81 -> described(Json.parse(frame.text()));
      case 0x88 -> frame.payload().hasRemaining() ? "close " + frame.closeCode() : "close";
      case 0x89 -> null;
      case 0x8A -> ("pong " + frame.text()).stripTrailing();
      default -> "head " + Integer.toHexString(frame.head());
    };
  }

  private static String described(JsonNode json) {
    String id = json.path("id").asText(json.path("command_id").asText());
    return (json.path("type").asText() + " " + id).strip();
  }

  private static byte[] frame(int head, byte[] payload) {
    return RawClient.frame(head, payload);
  }

  private static byte[] frame(int head, byte[] payload, int mask) {
    return joined(
        new byte[] {(byte) head, (byte) (0x80 | payload.length)},
        ByteBuffer.allocate(4).putInt(mask).array(),
        payload);
  }

  /** A masked head whose length takes this number of bytes. */
  private static byte[] head(int first, int form, long length, int bytes) {
    byte[] all = ByteBuffer.allocate(8).putLong(length).array();
    return joined(
        new byte[] {(byte) first, (byte) (0x80 | form)},
        Arrays.copyOfRange(all, 8 - bytes, 8),
        new byte[4]);
  }

  private static byte[] close(int code) {
    return frame(0x88, new byte[] {(byte) (code >> 8), (byte) code});
  }

  private static byte[] padded(int length) {
    byte[] text = Arrays.copyOf(PING, length);
    Arrays.fill(text, PING.length, length, (byte) ' ');
    return text;
  }

  private static byte[] singles() {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < PING.length; i++) {
      int head = (i == 0 ? 1 : 0) | (i == PING.length - 1 ? 0x80 : 0);
      all.writeBytes(frame(head, new byte[] {PING[i]}));
    }
    return all.toByteArray();
  }

  private static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits);
  }

  private static byte[] repeated(int times, byte[] frame) {
    return joined(Collections.nCopies(times, frame).toArray(byte[][]::new));
  }

  private static byte[] joined(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
