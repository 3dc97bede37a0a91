package dev.parley.gateway.live;

import dev.parley.gateway.protocol.CloseReason;
import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.UserId;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An open connection as operators see it. Every method may be called from any thread; none waits.
 */
public final class LiveConnection {

  /** For this long the socket takes nothing before the connection counts as behind. */
  private static final Duration BEHIND = Duration.ofSeconds(1);

  /**
   * What does not change.
   *
   * @param address of the client, as the rules about proxies tell it; absent when it is unknown
   */
  public record Facts(
      ConnectionId id, UserId user, Link link, @Nullable InetAddress address, Instant since) {}

  /**
   * Where the figures come from, readable from any thread.
   *
   * @param waiting the bytes that wait for the socket
   * @param nanoTime the clock of the counts
   */
  public record Sources(ConnectionCounts counts, LongSupplier waiting, LongSupplier nanoTime) {}

  private final Facts facts;
  private final Sources sources;
  private final Function<CloseReason, CompletionStage<Boolean>> closer;
  private volatile Principal token;

  /**
   * A connection with this token.
   *
   * @param closer as {@link #close}
   */
  public LiveConnection(
      Facts facts,
      Principal token,
      Sources sources,
      Function<CloseReason, CompletionStage<Boolean>> closer) {
    this.facts = facts;
    this.token = token;
    this.sources = sources;
    this.closer = closer;
  }

  public Facts facts() {
    return facts;
  }

  /** What the newest token says. */
  public Principal token() {
    return token;
  }

  /** A newer token takes the place of the one before. */
  public void renewed(Principal newest) {
    token = newest;
  }

  /** When the last frame came; when the connection was opened, if none came. */
  public Instant lastReceived(Instant now) {
    ConnectionCounts counts = sources.counts();
    if (counts.received() == 0) {
      return facts.since();
    }
    return now.minusNanos(Math.max(0, sources.nanoTime().getAsLong() - counts.receivedNanos()));
  }

  /** The number of threads that it reads. */
  public int subscriptions() {
    return sources.counts().subscriptions();
  }

  /** The bytes that wait for the socket. */
  public long outboundBytes() {
    return sources.waiting().getAsLong();
  }

  /** Frames of every kind, pings and their answers included. */
  public long framesReceived() {
    return sources.counts().received();
  }

  /** Events and signals; no pings. */
  public long framesSent() {
    return sources.counts().sent();
  }

  /** Whether bytes wait and the socket has taken no whole write for a second. */
  public boolean isBehind() {
    return isBehind(BEHIND);
  }

  /** Whether bytes wait and the socket has taken no whole write for so long. */
  boolean isBehind(Duration age) {
    return outboundBytes() > 0
        && sources.nanoTime().getAsLong() - sources.counts().takenNanos() >= age.toNanos();
  }

  /**
   * Closes it after everything that was written before. Completes at the user's home when that has
   * begun: with false if it was closing already.
   */
  public CompletionStage<Boolean> close(CloseReason reason) {
    return closer.apply(reason);
  }
}
