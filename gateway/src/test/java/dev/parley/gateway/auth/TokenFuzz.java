package dev.parley.gateway.auth;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.parley.gateway.config.Secret;
import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/** Tokens: as they come, and signed well around any header and claims. */
public final class TokenFuzz implements FuzzTarget {

  private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
  private static final String CLAIMS =
      "{\"sub\":\"ada\",\"tenant\":\"acme\",\"tier\":\"mid\",\"scope\":\"chat agent\","
          + "\"aud\":[\"a\",\"b\"],\"iat\":1700000000,\"nbf\":1700000000,\"exp\":1800000600,"
          + "\"jti\":\"t-1\"}";

  private final JwtVerifier verifier =
      new JwtVerifier(
          new JwtConfig(List.of(IssuerConfig.of(Secret.of(Forge.KEY))), Duration.ofSeconds(5)),
          Clock.fixed(Instant.ofEpochSecond(1_800_000_000L), ZoneOffset.UTC));

  @Override
  public String name() {
    return "token";
  }

  @Override
  public List<byte[]> examples() {
    return List.of(
        FuzzTarget.of(0, Forge.signed(CLAIMS)),
        FuzzTarget.of(0, Forge.unsigned("{\"alg\":\"none\"}", CLAIMS)),
        FuzzTarget.of(1, HEADER + "\n" + CLAIMS),
        FuzzTarget.of(1, "{\"alg\":\"HS256\",\"kid\":\"k1\",\"crit\":[\"exp\"]}\n" + CLAIMS),
        FuzzTarget.of(1, HEADER + "\n{\"sub\":\"é\",\"scope\":[\"chat\"],\"exp\":1.8000006e9}"));
  }

  @Override
  public List<String> words() {
    return List.of("\"exp\":", "\"sub\":", "\"alg\":\"none\"", "\"kid\":", "1e9999", ".", "-", "=");
  }

  @Override
  public void take(byte[] input) {
    String text = new String(FuzzTarget.rest(input), ISO_8859_1);
    boolean isForged = FuzzTarget.variant(input, 2) == 0;
    String[] parts = text.split("\n", 2);
    String token = isForged ? text : Forge.signed(parts[0], parts[parts.length - 1], Forge.KEY);
    try {
      Principal user = Verified.of(verifier.verify(token, "client")).join().require();
      if (user.expiresAt().isBefore(Instant.ofEpochSecond(1_800_000_000L))) {
        throw new IllegalStateException("accepted after its end: " + user);
      }
    } catch (RefusedException documented) {
      if (String.valueOf(documented.getMessage()).length() > 1_024) {
        throw new IllegalStateException("the refusal is too long", documented);
      }
    }
  }
}
