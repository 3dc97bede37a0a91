package dev.parley.gateway.http;

import dev.parley.gateway.auth.JwtVerifier;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.protocol.UserId;
import io.netty.buffer.ByteBuf;
import java.util.List;
import java.util.regex.Pattern;

/** The body of a request for a development token. Both fields and the body itself are optional. */
record DevTokenBody(String sub, String tier) {

  private static final Pattern TIER = Pattern.compile("[a-z0-9-]{1,64}");

  /**
   * Reads the body strictly.
   *
   * @throws RefusedException with 400 or 413, naming the field
   */
  static DevTokenBody read(ByteBuf content) {
    JsonBody body =
        JsonBody.read(content, List.of("sub", "tier"), "{\"sub\"?, \"tier\"?}, or no body");
    return new DevTokenBody(
        sub(body.text("sub").orElse("dev")),
        tier(body.text("tier").orElse(Principal.DEFAULT_TIER)));
  }

  private static String sub(String sub) {
    try {
      return new UserId(JwtVerifier.DEFAULT_TENANT, sub).subject();
    } catch (IllegalArgumentException malformed) {
      throw JsonBody.refused("/sub", String.valueOf(malformed.getMessage()));
    }
  }

  private static String tier(String tier) {
    if (!TIER.matcher(tier).matches()) {
      throw JsonBody.refused("/tier", Texts.expected("tier", tier, "1 to 64 of a-z 0-9 -"));
    }
    return tier;
  }
}
