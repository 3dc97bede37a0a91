package dev.parley.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** Makes inputs out of examples. The same seed makes the same inputs. */
final class Mutator {

  private static final int MAX_BYTES = 8 * 1024;
  private static final int MAX_CHANGES = 4;
  private static final int MAX_RANGE = 24;
  private static final int MAX_REPEATS = 40;

  /** Numbers at the edges of what is read: lengths, counts, opcodes. */
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    125,
    126,
    127,
    128,
    255,
    256,
    65_535,
    65_536,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };

  private static final List<String> WORDS =
      List.of(
          "__proto__",
          "constructor",
          "\\u0000",
          "\u0000",
          "\\ud800",
          "\\",
          "\"",
          "{",
          "}",
          "[",
          "]",
          ",",
          ":",
          "null",
          "true",
          "-0",
          "1e999",
          "1e9999999999",
          "9007199254740993",
          "-9223372036854775809",
          "\r\n",
          "\n\n",
          "\u2028",
          "\uFEFF",
          "é",
          "\uD83D\uDC4D",
          "%00",
          "%2e%2e%2f",
          "..",
          "/",
          "*",
          "$");

  private static final int[] BROKEN_UTF8 = {0x80, 0xBF, 0xC0, 0xC1, 0xED, 0xA0, 0xF4, 0xF5, 0xFF};

  private final List<byte[]> examples;
  private final List<byte[]> words;
  private final SplittableRandom random;

  Mutator(List<byte[]> examples, List<String> words, long seed) {
    this.examples = List.copyOf(examples);
    this.words = words(words);
    this.random = new SplittableRandom(seed);
  }

  /** Words that mean something to many targets, and these. */
  static List<byte[]> words(List<String> more) {
    return Stream.concat(WORDS.stream(), more.stream()).map(word -> word.getBytes(UTF_8)).toList();
  }

  /** The next input. */
  byte[] next() {
    byte[] input = example();
    for (int left = 1 + random.nextInt(MAX_CHANGES); left > 0; left--) {
      input = changed(input);
    }
    return input.length <= MAX_BYTES ? input : Arrays.copyOf(input, MAX_BYTES);
  }

  private byte[] example() {
    return examples.get(random.nextInt(examples.size())).clone();
  }

  private byte[] changed(byte[] input) {
    int at = random.nextInt(input.length + 1);
    int to = Math.min(input.length, at + 1 + random.nextInt(MAX_RANGE));
    return switch (random.nextInt(11)) {
      case 0 -> flipped(input);
      case 1 -> joined(input, at, random(1 + random.nextInt(4)), to);
      case 2 -> joined(input, at, new byte[0], to);
      case 3 -> joined(input, at, words.get(random.nextInt(words.size())), at);
      case 4 -> joined(input, at, words.get(random.nextInt(words.size())), to);
      case 5 -> joined(input, at, number(), Math.min(input.length, at + number().length));
      case 6 -> repeated(input, at, to);
      case 7 -> spliced(input, at);
      case 8 -> Arrays.copyOf(input, at);
      case 9 -> joined(input, at, Arrays.copyOfRange(input, at, to), at);
      default ->
          joined(
              input, at, new byte[] {(byte) BROKEN_UTF8[random.nextInt(BROKEN_UTF8.length)]}, at);
    };
  }

  private byte[] flipped(byte[] input) {
    if (input.length > 0) {
      input[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(Byte.SIZE));
    }
    return input;
  }

  private byte[] random(int bytes) {
    byte[] made = new byte[bytes];
    random.nextBytes(made);
    return made;
  }

  /** A number of 1, 2, 4 or 8 bytes, or as digits. */
  private byte[] number() {
    long number = NUMBERS[random.nextInt(NUMBERS.length)];
    int bytes = 1 << random.nextInt(5);
    if (bytes > Long.BYTES) {
      return Long.toString(number).getBytes(UTF_8);
    }
    byte[] made = new byte[bytes];
    for (int i = bytes - 1; i >= 0; i--) {
      made[i] = (byte) (number >>> (Byte.SIZE * (bytes - 1 - i)));
    }
    return made;
  }

  private byte[] repeated(byte[] input, int at, int to) {
    byte[] once = Arrays.copyOfRange(input, at, to);
    byte[] many = new byte[once.length * (1 + random.nextInt(MAX_REPEATS))];
    for (int i = 0; i < many.length; i++) {
      many[i] = once[i % once.length];
    }
    return joined(input, at, many, at);
  }

  private byte[] spliced(byte[] input, int at) {
    byte[] other = example();
    int from = random.nextInt(other.length + 1);
    return joined(input, at, Arrays.copyOfRange(other, from, other.length), input.length);
  }

  /** The bytes until {@code until}, these, and the bytes from {@code from} on. */
  private static byte[] joined(byte[] input, int until, byte[] between, int from) {
    byte[] joined = Arrays.copyOf(input, until + between.length + input.length - from);
    System.arraycopy(between, 0, joined, until, between.length);
    System.arraycopy(input, from, joined, until + between.length, input.length - from);
    return joined;
  }

  /** As many inputs as asked for. */
  static List<byte[]> inputs(List<byte[]> examples, List<String> words, long seed, int count) {
    Mutator mutator = new Mutator(examples, words, seed);
    List<byte[]> inputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      inputs.add(mutator.next());
    }
    return inputs;
  }
}
