package dev.parley.gateway.transport;

import dev.parley.gateway.codec.JsonOut;
import dev.parley.gateway.config.Problems;
import dev.parley.gateway.config.Reloadable;
import dev.parley.gateway.limit.FairThreads;
import dev.parley.gateway.tls.TlsConfig;
import dev.parley.gateway.tls.TlsFiles;
import dev.parley.gateway.tls.TlsIdentity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of the listeners, with the certificate that is used now. A new certificate replaces it by one
 * write: new handshakes get it, open sockets stay. Callable from any thread.
 */
public final class ServerTls implements Reloadable, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

  private static final Duration SESSIONS_LAST = Duration.ofHours(1);
  private static final int MAX_SESSIONS = 10_000;
  private static final Duration TO_CLOSE = Duration.ofSeconds(1);

  /** A client that offers other protocols alone is refused (RFC 7301, section 3.2). */
  private static final ApplicationProtocolConfig HTTP_1_1 =
      new ApplicationProtocolConfig(
          Protocol.ALPN,
          SelectorFailureBehavior.FATAL_ALERT,
          SelectedListenerFailureBehavior.ACCEPT,
          ApplicationProtocolNames.HTTP_1_1);

  /**
   * As many as half of the cores: the others are left to the event loops. How many steps wait is
   * bounded by the sockets without a user, each of which waits for one.
   */
  private static final FairThreads.Bounds HANDSHAKES =
      new FairThreads.Bounds(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2),
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  private final TlsConfig config;
  private final Clock clock;
  private final FairThreads handshakes =
      new FairThreads(
          "tls-handshake", HANDSHAKES, fault -> LOG.error("a TLS handshake was not ended", fault));
  private volatile Shown shown;

  private record Shown(TlsIdentity identity, SslContext context) {}

  private ServerTls(TlsConfig config, Clock clock, Shown shown) {
    this.config = config;
    this.clock = clock;
    this.shown = shown;
  }

  /**
   * Reads the files; empty if problems were added. Blocks. A certificate that is not valid now is
   * used all the same, with a warning: a gateway that does not start serves nobody.
   */
  public static Optional<ServerTls> start(TlsConfig config, Clock clock, Problems problems) {
    Optional<TlsIdentity> read = TlsFiles.read(config, problems);
    read.filter(identity -> !identity.isValidAt(clock.instant()))
        .ifPresent(
            identity ->
                LOG.warn(
                    "server.tls: the certificate is valid from {} to {}: clients refuse it",
                    identity.validFrom(),
                    identity.expiry()));
    return read.map(identity -> new ServerTls(config, clock, shown(identity)));
  }

  private static Shown shown(TlsIdentity identity) {
    try {
      SslContext context =
          SslContextBuilder.forServer(identity.key(), identity.chain())
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3", "TLSv1.2")
              .ciphers(ciphers())
              .applicationProtocolConfig(HTTP_1_1)
              .sessionCacheSize(MAX_SESSIONS)
              .sessionTimeout(SESSIONS_LAST.toSeconds())
              .build();
      return new Shown(identity, context);
    } catch (SSLException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("server.tls: unusable (expected: it was checked)", e);
    }
  }

  /** Those of Java, in its order, with forward secrecy and authenticated encryption. */
  private static List<String> ciphers() throws NoSuchAlgorithmException {
    return Arrays.stream(SSLContext.getDefault().getDefaultSSLParameters().getCipherSuites())
        .filter(ServerTls::isStrong)
        .toList();
  }

  private static boolean isStrong(String cipher) {
    boolean hasForwardSecrecy =
        cipher.startsWith("TLS_ECDHE_") || !cipher.contains("_WITH_"); // TLS 1.3 always has
    return hasForwardSecrecy && (cipher.contains("_GCM_") || cipher.contains("_CHACHA20_"));
  }

  /** The threads for the costly steps of handshakes. They are started by the first handshake. */
  FairThreads handshakes() {
    return handshakes;
  }

  /** The handler of a new socket. Its handshake has the deadline of the socket's first request. */
  SslHandler handler(ByteBufAllocator allocator, TlsSteps steps) {
    SslHandler handler = shown.context().newHandler(allocator, steps);
    handler.setHandshakeTimeoutMillis(0);
    handler.setCloseNotifyFlushTimeoutMillis(TO_CLOSE.toMillis());
    return handler;
  }

  /** The time for which browsers use this host over TLS alone; zero: they are not told. */
  Duration hsts() {
    return config.hsts();
  }

  /** Until when the certificate that is used now is valid. */
  public Instant expiry() {
    return shown.identity().expiry();
  }

  /** How many steps of handshakes wait for a thread now. */
  public int waiting() {
    return handshakes.waiting();
  }

  @Override
  public String name() {
    return "server.tls";
  }

  /** A certificate that is not valid now is refused: the present one stays. */
  @Override
  public Optional<Change> prepare(Problems problems) {
    Optional<TlsIdentity> read = TlsFiles.read(config, problems);
    if (read.isPresent() && !read.get().isValidAt(clock.instant())) {
      problems.add(
          name(),
          "valid from " + read.get().validFrom() + " to " + read.get().expiry(),
          "a certificate that is valid now");
      return Optional.empty();
    }
    return read.map(this::change);
  }

  /** Ends the threads of handshakes, when the listeners are closed. */
  @Override
  public void close() {
    handshakes.close();
  }

  private Change change(TlsIdentity identity) {
    Shown next = shown(identity);
    boolean isNew = !identity.chain().equals(shown.identity().chain());
    Map<String, String> facts =
        Map.of(
            "fingerprint",
            identity.fingerprint(),
            "expires_at",
            JsonOut.timestamp(identity.expiry()));
    return new Change(isNew, facts, () -> shown = next);
  }
}
