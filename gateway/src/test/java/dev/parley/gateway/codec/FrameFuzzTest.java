package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.testing.Repeats;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

/** Any bytes are decoded or refused. */
@Test(groups = "unit")
public class FrameFuzzTest {

  private static final int FRAMES = Repeats.of(20_000, 200_000);
  private static final List<byte[]> SAMPLES =
      CommandSamples.all().keySet().stream().map(frame -> frame.getBytes(UTF_8)).toList();
  private static final byte[] TELLING = "{}[]\",:\\/u0dtfn19.eE+- \u0000\u007f".getBytes(UTF_8);

  /** Fails for any other exception. */
  static boolean isDecodedOrRefused(byte[] frame) {
    try {
      return MessageCodec.decode(frame) != null;
    } catch (RefusedException refused) {
      return MessageCodec.encode(refused.answer()).length > 0;
    }
  }

  @Test(timeOut = 60_000)
  public void mutatedFramesAreDecodedOrRefused() {
    Random random = new Random(20261122);
    for (int i = 0; i < FRAMES; i++) {
      byte[] frame = mutated(random);
      if (!isDecodedOrRefused(frame)) {
        throw new AssertionError(Arrays.toString(frame));
      }
    }
  }

  private static byte[] mutated(Random random) {
    byte[] frame = SAMPLES.get(random.nextInt(SAMPLES.size())).clone();
    for (int i = random.nextInt(4); i >= 0; i--) {
      frame = mutatedOnce(frame, random);
    }
    return frame;
  }

  private static byte[] mutatedOnce(byte[] frame, Random random) {
    int at = random.nextInt(frame.length + 1);
    int to = Math.min(frame.length, at + random.nextInt(12));
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(frame, at);
      case 1 -> joined(frame, at, random.ints(3, 0, 256), to);
      case 2 -> joined(frame, at, random.ints(2, 0, TELLING.length).map(i -> TELLING[i]), at);
      case 3 -> joined(frame, at, Arrays.stream(new int[0]), to);
      case 4 -> joined(frame, at, random.ints(1, 0, TELLING.length).map(i -> TELLING[i]), to);
      default -> joined(frame, at, bytes(frame, random.nextInt(frame.length + 1)), at);
    };
  }

  private static IntStream bytes(byte[] frame, int from) {
    return IntStream.range(from, Math.min(frame.length, from + 20)).map(i -> frame[i]);
  }

  private static byte[] joined(byte[] frame, int until, IntStream middle, int from) {
    int[] between = middle.toArray();
    byte[] joined = Arrays.copyOf(frame, until + between.length + frame.length - from);
    for (int i = 0; i < between.length; i++) {
      joined[until + i] = (byte) between[i];
    }
    System.arraycopy(frame, from, joined, until + between.length, frame.length - from);
    return joined;
  }

  public void randomBytesAreRefused() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      byte[] frame = new byte[random.nextInt(64)];
      random.nextBytes(frame);
      assertThat(isDecodedOrRefused(frame)).isTrue();
    }
  }
}
