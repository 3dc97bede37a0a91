package dev.parley.gateway.http;

import dev.parley.gateway.auth.TokenVerifier;
import dev.parley.gateway.auth.Verified;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Verifies the tokens of requests. Called on event loops.
 *
 * @param client what tells the clients of channels apart
 */
public record TokenCheck(TokenVerifier verifier, Function<Channel, Object> client) {

  private static final CompletableFuture<Verified> UNUSED =
      CompletableFuture.completedFuture(
          new Verified(null, new IllegalStateException("the calls of this path take no token")));

  /** The user of a request, as far as its endpoint takes the token of one. */
  CompletableFuture<Verified> check(Channel channel, HttpHeaders headers, Endpoint endpoint) {
    if (!endpoint.takesToken()) {
      return UNUSED;
    }
    String token;
    try {
      token = Bearer.token(headers);
    } catch (RefusedException refused) {
      return CompletableFuture.completedFuture(Verified.not(refused));
    }
    return Verified.of(verifier.verify(token, client.apply(channel)));
  }
}
