package dev.parley.gateway.bench.socket;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;

/** TLS 1.3 of the load's connections. Callable from any thread. */
final class ClientTls {

  /** How connections begin. */
  enum Kind {
    OFF,
    /** Each with a signature of the gateway. */
    FULL,
    /** Each with the ticket of the connection before of the same user. */
    RESUMED
  }

  private final boolean resumes;
  private final SslContext context;

  ClientTls(Kind kind) {
    this.resumes = kind == Kind.RESUMED;
    try {
      this.context =
          SslContextBuilder.forClient()
              .sslProvider(SslProvider.JDK)
              .protocols("TLSv1.3")
              .trustManager(InsecureTrustManagerFactory.INSTANCE) // the certificate is made here
              .endpointIdentificationAlgorithm(null)
              .build();
    } catch (SSLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Java finds the session to resume by the name of the peer: that is the user's here. */
  SslHandler handler(Channel channel, String user) {
    return resumes
        ? context.newHandler(channel.alloc(), user, 443)
        : context.newHandler(channel.alloc());
  }
}
