package dev.parley.gateway.agent.upstream;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.fuzz.FuzzTarget;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Streams of events, whole and split anywhere, and the bodies of errors. */
public final class SseFuzz implements FuzzTarget {

  private final ErrorText errors = new ErrorText(List.of(Secret.of("Bearer sk-0123456789")));

  @Override
  public String name() {
    return "sse";
  }

  @Override
  public List<byte[]> examples() {
    return FuzzTarget.texts(
        "event: message\nid: 1\ndata: {\"a\":1}\n\n: comment\n\ndata: [DONE]\n\n",
        "\uFEFFdata: a\r\ndata: b\r\n\r\nid\ndata\n\nretry: 10\ndata: é\r\rdata: 7",
        "data:{\"x\":\ndata:[1,2]}\n\n\n\nevent:end\ndata:\n\n",
        "{\"error\":{\"message\":\"the key sk-0123456789 is wrong\",\"type\":\"auth\"}}",
        "{\"detail\":\"no\"}");
  }

  @Override
  public List<String> words() {
    return List.of(
        "data:", "event:", "id:", "\r", "\n", "\r\n\r\n", ":", "[DONE]", "sk-0123456789");
  }

  @Override
  public int inputs() {
    return 40_000;
  }

  @Override
  public void take(byte[] input) {
    List<String> whole = read(input, new int[] {input.length});
    List<String> split = read(input, cuts(input));
    if (!whole.equals(split)) {
      throw new IllegalStateException(split + " (expected: " + whole + ")");
    }
    String shown = errors.of(input);
    if (shown.contains("sk-0123456789") || shown.codePointCount(0, shown.length()) > 201) {
      throw new IllegalStateException("shown: " + shown);
    }
  }

  private static int[] cuts(byte[] input) {
    SplittableRandom random = new SplittableRandom(Arrays.hashCode(input));
    int[] cuts = random.ints(6, 0, input.length + 1).sorted().toArray();
    cuts[cuts.length - 1] = input.length;
    return cuts;
  }

  /** The events, and how the stream ended. */
  private static List<String> read(byte[] input, int[] cuts) {
    List<String> read = new ArrayList<>();
    SseReader reader = new SseReader();
    int at = 0;
    try {
      for (int end : cuts) {
        ByteBuf piece = Unpooled.wrappedBuffer(input, at, end - at);
        at = end;
        for (SseEvent event = reader.next(piece); event != null; event = reader.next(piece)) {
          read.add(event.toString());
        }
        if (piece.isReadable()) {
          throw new IllegalStateException("bytes are left");
        }
      }
      read.add("end " + reader.end());
    } catch (UpstreamException documented) {
      read.add(documented.toString());
    }
    if (String.join("", read).getBytes(UTF_8).length > 1_000 + 100L * input.length) {
      throw new IllegalStateException("more is read than was sent");
    }
    return read;
  }
}
