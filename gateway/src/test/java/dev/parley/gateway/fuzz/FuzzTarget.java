package dev.parley.gateway.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import java.util.stream.Stream;

/** A part of the gateway that reads what came from outside. Used by one thread. */
public interface FuzzTarget {

  /** Identifies it, in lower case. */
  String name();

  /** Valid inputs, from which others are made. */
  List<byte[]> examples();

  /** What means something to the target, beside what its examples have. */
  default List<String> words() {
    return List.of();
  }

  /** The number of inputs of a run in the build. */
  default int inputs() {
    return 10_000;
  }

  /**
   * Takes an input. Returns for each answer that is documented, also for a documented exception.
   *
   * @throws Exception for any other
   */
  void take(byte[] input) throws Exception;

  /** Inputs that are these texts. */
  static List<byte[]> texts(String... texts) {
    return Stream.of(texts).map(text -> text.getBytes(UTF_8)).toList();
  }

  /** The inputs that are kept in files, for targets whose examples are not text. */
  static List<byte[]> kept(String target) {
    return KeptInputs.of(target);
  }

  /** The input without its first byte, which chooses a variant. */
  static byte[] rest(byte[] input) {
    byte[] rest = new byte[Math.max(0, input.length - 1)];
    System.arraycopy(input, Math.min(1, input.length), rest, 0, rest.length);
    return rest;
  }

  /** The variant that the first byte of the input chooses, from 0. */
  static int variant(byte[] input, int count) {
    return input.length == 0 ? 0 : Byte.toUnsignedInt(input[0]) % count;
  }

  /** An input of this variant. */
  static byte[] of(int variant, byte[] rest) {
    byte[] input = new byte[rest.length + 1];
    input[0] = (byte) variant;
    System.arraycopy(rest, 0, input, 1, rest.length);
    return input;
  }

  /** An input of this variant. */
  static byte[] of(int variant, String rest) {
    return of(variant, rest.getBytes(UTF_8));
  }
}
