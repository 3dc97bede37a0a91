package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.auth.TokenSigner;
import dev.parley.gateway.config.Secret;
import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.ErrorCode;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.security.MessageDigest;
import java.util.List;

/**
 * {@code POST /dev/token}: signs a token for a caller on this machine that has the key printed at
 * the start. Exists in development mode only.
 */
public final class DevTokenEndpoint implements ImmediateEndpoint {

  private static final Call CALL =
      Call.post("signToken", "Signs a token, in development mode.")
          .needs("developmentKey")
          .takes("Whom the token names; may be empty.", "http", "token_request")
          .answers(200, "The token.", "http", "token");

  private static final String BEARER = "Bearer ";

  private final Secret key;
  private final TokenSigner signer;

  public DevTokenEndpoint(Secret key, TokenSigner signer) {
    this.key = key;
    this.signer = signer;
  }

  @Override
  public String path() {
    return "/dev/token";
  }

  @Override
  public Side side() {
    return Side.BOTH;
  }

  @Override
  public List<Call> calls() {
    return List.of(CALL);
  }

  @Override
  public void checkHead(Request head) {
    Loopback.require(head);
    if (!hasKey(head)) {
      throw RefusedException.of(
          ErrorCode.UNAUTHENTICATED,
          "header Authorization: not the key of this start (expected: Bearer and the part after #"
              + " in the printed address)");
    }
  }

  @Override
  public Response respond(Request request) {
    checkHead(request);
    var ignored = request.query(CALL);
    DevTokenBody body = DevTokenBody.read(request.http().content());
    TokenSigner.Signed signed = signer.sign(body.sub(), body.tier());
    // Neither value contains a character that JSON must escape.
    return Response.json(
        200,
        "{\"token\":\"%s\",\"expires_at\":\"%s\"}".formatted(signed.token(), signed.expiresAt()));
  }

  /**
   * The scheme is case-insensitive (RFC 9110, section 11.1). The key is compared in constant time.
   */
  private boolean hasKey(Request request) {
    List<String> values = request.headers().getAll(HttpHeaderNames.AUTHORIZATION);
    return values.size() == 1
        && values.get(0).regionMatches(true, 0, BEARER, 0, BEARER.length())
        && MessageDigest.isEqual(
            key.bytes(), values.get(0).substring(BEARER.length()).getBytes(UTF_8));
  }
}
