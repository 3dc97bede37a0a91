package dev.parley.gateway.agent.upstream;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.parley.gateway.agent.AgentRequest;
import dev.parley.gateway.config.Secret;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Tells a service for whom a request is. Callable from any thread.
 *
 * <p>{@code headers}: {@code Parley-Tenant} and {@code Parley-User} (UTF-8, percent-encoded),
 * {@code Parley-Run}, {@code Parley-Timestamp} (seconds since 1970) and {@code Parley-Signature}:
 * {@code v1=} and the hexadecimal HMAC-SHA256 of these lines, joined by line feeds: {@code v1},
 * timestamp, tenant, user and run as in the headers, the configured URL of the agent, and the
 * hexadecimal SHA-256 of the body.
 *
 * <p>{@code jwt}: {@code Parley-Identity} is a token (RFC 7519, HS256) with {@code iss} parley,
 * {@code aud} the configured URL of the agent, {@code sub}, {@code tenant}, {@code run}, {@code
 * jti}, {@code iat} and {@code exp}, five minutes later.
 */
final class IdentityHeaders {

  private static final Duration LIFE = Duration.ofMinutes(5);
  private static final String VERSION = "v1";
  private static final String MAC = "HmacSHA256";

  private static final JWSHeader TOKEN =
      new JWSHeader.Builder(JWSAlgorithm.HS256).type(JOSEObjectType.JWT).build();

  private final IdentityMode mode;
  private final Secret secret;
  private final String audience;

  /** The identity of requests to the service with this URL. */
  IdentityHeaders(IdentityMode mode, Secret secret, URI url) {
    this.mode = mode;
    this.secret = secret;
    this.audience = url.toString();
  }

  void add(HttpHeaders headers, AgentRequest request, byte[] body, Instant now) {
    switch (mode) {
      case NONE -> {}
      case HEADERS -> sign(headers, request, body, now);
      case JWT -> headers.set("Parley-Identity", token(request, now));
    }
  }

  private String token(AgentRequest request, Instant now) {
    JWTClaimsSet claims =
        new JWTClaimsSet.Builder()
            .issuer("parley")
            .audience(audience)
            .subject(request.user().subject())
            .claim("tenant", request.user().tenant())
            .claim("run", request.run().value())
            .jwtID(UUID.randomUUID().toString())
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(LIFE)))
            .build();
    SignedJWT token = new SignedJWT(TOKEN, claims);
    try {
      token.sign(new MACSigner(secret.bytes()));
    } catch (JOSEException tooShort) {
      throw new IllegalStateException("identity_secret: too short (expected: 32 bytes)", tooShort);
    }
    return token.serialize();
  }

  private void sign(HttpHeaders headers, AgentRequest request, byte[] body, Instant now) {
    String timestamp = Long.toString(now.getEpochSecond());
    String tenant = encoded(request.user().tenant());
    String user = encoded(request.user().subject());
    String run = request.run().value();
    String signed =
        String.join("\n", VERSION, timestamp, tenant, user, run, audience, sha256(body));
    headers.set("Parley-Tenant", tenant);
    headers.set("Parley-User", user);
    headers.set("Parley-Run", run);
    headers.set("Parley-Timestamp", timestamp);
    headers.set("Parley-Signature", VERSION + "=" + hmac(signed));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private String hmac(String text) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(secret.bytes(), MAC));
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HmacSHA256: missing (expected: in every Java)", e);
    }
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("SHA-256: missing (expected: in every Java)", e);
    }
  }
}
