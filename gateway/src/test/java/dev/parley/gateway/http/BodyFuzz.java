package dev.parley.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.parley.gateway.fuzz.FuzzTarget;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Set;

/** Bodies of calls: small objects of names, and the form of a broadcast. */
public final class BodyFuzz implements FuzzTarget {

  private static final List<String> NAMES = List.of("user_id", "tenant", "reason");

  @Override
  public String name() {
    return "body";
  }

  @Override
  public List<byte[]> examples() {
    String notification =
        "\"notification\":{\"title\":\"Hi\",\"body\":\"é\",\"priority\":\"high\"}";
    return List.of(
        FuzzTarget.of(0, "{\"user_id\":\"ada\",\"tenant\":\"acme\",\"reason\":\"a line\"}"),
        FuzzTarget.of(0, ""),
        FuzzTarget.of(1, "{\"sub\":\"ada\",\"tier\":\"mid\"}"),
        FuzzTarget.of(2, "{\"audience\":{\"all\":true}," + notification + "}"),
        FuzzTarget.of(2, "{\"audience\":{\"tiers\":[\"early\",\"mid\"]}," + notification + "}"),
        FuzzTarget.of(
            2,
            "{\"id\":\"b1\",\"ttl_seconds\":60,\"audience\":{\"users\":[\"ada\",\"bob\"]},"
                + notification
                + "}"),
        FuzzTarget.of(
            2,
            "{\"audience\":{\"online\":true},\"notification\":{\"title\":\"T\",\"body\":\"B\","
                + "\"action_url\":\"https://example.org/a\"}}"));
  }

  @Override
  public void take(byte[] input) {
    byte[] body = FuzzTarget.rest(input);
    ByteBuf content = Unpooled.wrappedBuffer(body);
    try {
      switch (FuzzTarget.variant(input, 3)) {
        case 0 -> {
          JsonBody read = JsonBody.read(content, NAMES, "{\"user_id\", …}");
          NAMES.forEach(name -> UserForm.optional(read, name, text -> line(name, text)));
        }
        case 1 -> DevTokenBody.read(content);
        default -> new BroadcastForm("acme", Set.of("early", "mid")).read(body);
      }
    } catch (RefusedException refused) {
      if (refused.getMessage() == null || Response.of(refused.refusal()).length() > 4_096) {
        throw new IllegalStateException("the refusal is too long", refused);
      }
    }
  }

  private static String line(String name, String text) {
    String line = UserForm.line(name, text, 200);
    if (line.getBytes(UTF_8).length == 0) {
      throw new IllegalStateException("an empty line was accepted");
    }
    return line;
  }
}
