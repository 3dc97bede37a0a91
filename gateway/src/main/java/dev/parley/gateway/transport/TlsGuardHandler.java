package dev.parley.gateway.transport;

import dev.parley.gateway.limit.TokenBucket;
import dev.parley.gateway.monitor.Metrics;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.Refusal;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Looks at the records of TLS (RFC 8446, section 5.1) before they are decoded. It ends a socket
 * that does not speak TLS, whose handshake is too large, that begins a second handshake (TLS 1.3
 * has none, and in TLS 1.2 each costs the gateway a signature), or that sends many records without
 * data: key updates cost work, and their answers pile up if the peer takes nothing. Counts how each
 * handshake ends. Called on the channel's loop.
 */
final class TlsGuardHandler extends ChannelInboundHandlerAdapter {

  /** All that a client may send outside of encrypted data; it needs a tenth of this. */
  static final int MAX_HANDSHAKE = 32 * 1024;

  /**
   * Records without data that a peer may send in a minute, and at once. A handshake has about five;
   * a key update is needed once in many gigabytes.
   */
  static final int MAX_EMPTY_RECORDS = 1_000;

  private static final int HEADER = 5;
  private static final int MAX_RECORD = 16 * 1024 + 2048; // RFC 5246, section 6.2.3
  private static final int CHANGE_CIPHER = 20;
  private static final int HANDSHAKE = 22;
  private static final int DATA = 23;
  private static final int MAJOR_VERSION = 3;

  /** How a handshake ended. The names are those of the metric. */
  enum Outcome {
    DONE,
    PLAIN_HTTP,
    NOT_TLS,
    TOO_LARGE,
    RENEGOTIATION,
    EMPTY_RECORDS,
    FAILED,
    LOST
  }

  private enum Phase {
    HANDSHAKE,
    OPEN,
    ENDED
  }

  private final Metrics metrics;
  private final Refusals refusals;
  private final TokenBucket emptyRecords;
  private final byte[] header = new byte[HEADER];
  private Phase phase = Phase.HANDSHAKE;
  private boolean isFirst = true;
  private int inHeader;
  private int leftOfRecord;
  private int handshakeBytes;
  private boolean isCipherChanged;
  private boolean isFinished;
  private int withoutData;

  TlsGuardHandler(Metrics metrics, Refusals refusals, long nowNanos) {
    this.metrics = metrics;
    this.refusals = refusals;
    this.emptyRecords =
        TokenBucket.of(MAX_EMPTY_RECORDS, Duration.ofMinutes(1), MAX_EMPTY_RECORDS, nowNanos);
  }

  /** The handshake is done, or has failed in this way. */
  void handshakeEnded(Outcome outcome) {
    if (phase == Phase.HANDSHAKE) {
      metrics.tlsHandshake(outcome.name());
      phase = outcome == Outcome.DONE ? Phase.OPEN : Phase.ENDED;
    }
  }

  /** One of the records that were passed on had data in it. */
  void dataDecoded() {
    withoutData--;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (phase == Phase.ENDED || !(message instanceof ByteBuf bytes)) {
      ReferenceCountUtil.release(message);
      return;
    }
    Outcome wrong = scan(bytes);
    if (wrong == null) {
      ctx.fireChannelRead(message); // decodes the records
      if (phase != Phase.ENDED && hasTooManyEmpty(ctx)) {
        end(ctx, Outcome.EMPTY_RECORDS);
      }
      return;
    }
    bytes.release();
    end(ctx, wrong);
  }

  private boolean hasTooManyEmpty(ChannelHandlerContext ctx) {
    int empty = withoutData;
    if (empty <= 0) {
      return false;
    }
    withoutData = 0;
    return !emptyRecords.tryTake(empty, ctx.executor().ticker().nanoTime());
  }

  private void end(ChannelHandlerContext ctx, Outcome wrong) {
    phase = Phase.ENDED;
    metrics.tlsHandshake(wrong.name());
    if (wrong == Outcome.PLAIN_HTTP) {
      ctx.pipeline().remove(HandlerNames.TLS);
      refusals.refuse(ctx, Refusal.of(ErrorCode.BAD_FRAME, "TLS: missing (expected: https)"));
    } else {
      ctx.close(); // from here, so that no alert is written
    }
  }

  /** What is wrong with these bytes; null if nothing. */
  private @Nullable Outcome scan(ByteBuf bytes) {
    int at = bytes.readerIndex();
    int end = bytes.writerIndex();
    while (at < end) {
      if (leftOfRecord > 0) {
        int skipped = Math.min(leftOfRecord, end - at);
        leftOfRecord -= skipped;
        at += skipped;
        withoutData += leftOfRecord == 0 ? 1 : 0; // until it is decoded
        continue;
      }
      header[inHeader++] = bytes.getByte(at++);
      Outcome wrong = isFirst ? first() : inHeader == HEADER ? record() : null;
      if (wrong != null) {
        return wrong;
      }
    }
    return null;
  }

  private @Nullable Outcome first() {
    isFirst = false;
    if (header[0] == HANDSHAKE) {
      return null;
    }
    return header[0] >= 'A' && header[0] <= 'Z' ? Outcome.PLAIN_HTTP : Outcome.NOT_TLS;
  }

  private @Nullable Outcome record() {
    inHeader = 0;
    int type = header[0];
    leftOfRecord = ((header[3] & 0xFF) << Byte.SIZE) | (header[4] & 0xFF);
    boolean isRecord = type >= CHANGE_CIPHER && type <= DATA && header[1] == MAJOR_VERSION;
    if (!isRecord || leftOfRecord > MAX_RECORD) {
      return Outcome.NOT_TLS;
    }
    if (type == HANDSHAKE && (phase == Phase.OPEN || isFinished)) {
      return Outcome.RENEGOTIATION;
    }
    withoutData += leftOfRecord == 0 ? 1 : 0;
    // One handshake record may follow: Finished of TLS 1.2, or the second ClientHello of TLS 1.3
    isFinished = isFinished || (isCipherChanged && type == HANDSHAKE);
    isCipherChanged = isCipherChanged || type == CHANGE_CIPHER;
    handshakeBytes += type == DATA ? 0 : HEADER + leftOfRecord;
    return phase == Phase.HANDSHAKE && handshakeBytes > MAX_HANDSHAKE ? Outcome.TOO_LARGE : null;
  }
}
