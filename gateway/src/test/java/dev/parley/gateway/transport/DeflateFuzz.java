package dev.parley.gateway.transport;

import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.user.thread.Frame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.DataFormatException;

/**
 * Compressed messages. Any payload is read within its bound or refused for a documented reason;
 * whatever is read, and any text, is the same again after it was compressed.
 */
public final class DeflateFuzz implements FuzzTarget {

  private static final int[] BOUNDS = {100, 70_000, 1 << 20};

  private static final Set<CloseReason> DOCUMENTED =
      EnumSet.of(CloseReason.BAD_DEFLATE, CloseReason.TOO_LARGE, CloseReason.TOO_MANY_FRAGMENTS);

  private final MessageInflater inflater = new MessageInflater();
  private final MessageDeflater deflater = new MessageDeflater();

  @Override
  public String name() {
    return "deflate";
  }

  @Override
  public List<byte[]> examples() {
    String command =
        "{\"type\":\"chat\",\"id\":\"c1\",\"payload\":{\"content\":\"to be or not to be\"}}";
    return List.of(
        FuzzTarget.of(0, Deflated.of(command, 6)),
        FuzzTarget.of(1, Deflated.of(command, 0)),
        FuzzTarget.of(1, Deflated.of(command.repeat(9), 9)),
        FuzzTarget.of(1, Deflated.of("x".repeat(100_000), 9)),
        FuzzTarget.of(2, Deflated.hex("f3 48 cd c9 c9 07 00 00")),
        FuzzTarget.of(2, Deflated.hex("f2 48 05 00 00 00 ff ff ca c9 c9 07 00")),
        FuzzTarget.of(3, command.repeat(4)));
  }

  @Override
  public void take(byte[] input) throws DataFormatException {
    int variant = FuzzTarget.variant(input, BOUNDS.length + 1);
    byte[] rest = FuzzTarget.rest(input);
    if (variant == BOUNDS.length) {
      checkAgain(rest);
    } else {
      inflate(rest, BOUNDS[variant]);
    }
  }

  private void inflate(byte[] payload, int max) throws DataFormatException {
    ByteBuf text = Unpooled.buffer(16);
    Optional<CloseReason> refused = inflater.inflate(Unpooled.wrappedBuffer(payload), text, max);
    if (text.readableBytes() > max + 1 || text.capacity() > Math.max(2 * max, 1024)) {
      throw new AssertionError("text: " + text + " (expected: " + max + " bytes at most)");
    }
    if (refused.isPresent()) {
      check(DOCUMENTED.contains(refused.get()), refused.get().name());
    } else {
      checkAgain(ByteBufUtil.getBytes(text));
    }
  }

  private void checkAgain(byte[] text) throws DataFormatException {
    ByteBuf out = Unpooled.buffer();
    if (deflater.write(Frame.of(text), out)) {
      byte[] payload = Deflated.payload(out);
      check(!out.isReadable() && payload.length < text.length, "longer than its text");
      check(Arrays.equals(Deflated.text(payload), text), "another text");
    }
    String again = Deflated.read(inflater, Deflated.of("after", 6), 100);
    check(again.equals("after"), again);
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
