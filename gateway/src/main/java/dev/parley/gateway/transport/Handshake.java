package dev.parley.gateway.transport;

import static io.netty.handler.codec.http.HttpHeaderNames.AUTHORIZATION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONNECTION;
import static io.netty.handler.codec.http.HttpHeaderNames.CONTENT_LENGTH;
import static io.netty.handler.codec.http.HttpHeaderNames.ORIGIN;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_KEY;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL;
import static io.netty.handler.codec.http.HttpHeaderNames.SEC_WEBSOCKET_VERSION;
import static io.netty.handler.codec.http.HttpHeaderNames.TRANSFER_ENCODING;
import static io.netty.handler.codec.http.HttpHeaderNames.UPGRADE;
import static io.netty.handler.codec.http.HttpHeaderValidationUtil.validateToken;

import dev.parley.gateway.protocol.ConnectionId;
import dev.parley.gateway.protocol.Principal;
import dev.parley.gateway.protocol.RefusedException;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake of a WebSocket (RFC 6455, section 4.2.1), parsed strictly.
 *
 * @param key of the client, 16 bytes in Base64
 * @param protocols the offered subprotocols, in order; one may carry the token
 * @param extensions the offered extensions with their parameters, in order and well formed
 * @param replaces the older connection that this one replaces, if it names one
 * @param principal the verified user; null until the token is verified
 */
record Handshake(
    String key,
    @Nullable String origin,
    @Nullable String authorization,
    List<String> protocols,
    List<String> extensions,
    @Nullable ConnectionId replaces,
    @Nullable Principal principal) {

  static final String PATH = "/ws";
  static final String VERSION = "13";
  static final String SUBPROTOCOL = "parley.v1";

  private static final String REPLACES = "replaces.";

  private static final int KEY_BYTES = 16;

  private static final String LETTER = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
  private static final String TOKEN = LETTER + "++";
  private static final String QUOTED = "\"(\\\\?+" + LETTER + ")++\"";

  /** RFC 6455, section 9.1; a quoted value must be a token too. */
  private static final Pattern EXTENSION =
      Pattern.compile(
          TOKEN
              + "([ \t]*+;[ \t]*+"
              + TOKEN
              + "([ \t]*+=[ \t]*+("
              + TOKEN
              + "|"
              + QUOTED
              + "))?+)*+");

  /**
   * Parses a request to {@value #PATH}.
   *
   * @throws RefusedException when a header is missing, repeated or malformed
   */
  static Handshake read(HttpRequest request) {
    HttpHeaders headers = request.headers();
    check(request.method().equals(HttpMethod.GET), "method: the handshake is a GET");
    check(headers.containsValue(UPGRADE, "websocket", true), "Upgrade: expected websocket");
    check(headers.containsValue(CONNECTION, "upgrade", true), "Connection: expected Upgrade");
    check(
        headers.getAll(SEC_WEBSOCKET_VERSION).equals(List.of(VERSION)),
        "Sec-WebSocket-Version: expected " + VERSION);
    check(!headers.contains(TRANSFER_ENCODING), "Transfer-Encoding: a handshake has no body");
    check(headers.get(CONTENT_LENGTH, "0").equals("0"), "Content-Length: a handshake has no body");
    List<String> protocols = protocols(headers.getAll(SEC_WEBSOCKET_PROTOCOL));
    return new Handshake(
        key(headers.getAll(SEC_WEBSOCKET_KEY)),
        headers.get(ORIGIN),
        headers.get(AUTHORIZATION),
        protocols,
        extensions(headers.getAll(SEC_WEBSOCKET_EXTENSIONS)),
        replaces(protocols),
        null);
  }

  private static void check(boolean isRight, String otherwise) {
    if (!isRight) {
      throw RefusedException.invalid(otherwise);
    }
  }

  private static String key(List<String> keys) {
    check(keys.size() == 1, "Sec-WebSocket-Key: expected exactly one");
    check(isKey(keys.get(0)), "Sec-WebSocket-Key: expected 16 bytes in Base64");
    return keys.get(0);
  }

  /** In canonical form: unused bits are zero. */
  private static boolean isKey(String key) {
    try {
      byte[] bytes = Base64.getDecoder().decode(key);
      return bytes.length == KEY_BYTES && Base64.getEncoder().encodeToString(bytes).equals(key);
    } catch (IllegalArgumentException notBase64) {
      return false;
    }
  }

  private static List<String> protocols(List<String> lines) {
    List<String> protocols = HeaderList.elements(lines);
    for (String protocol : protocols) {
      check(validateToken(protocol) < 0, "Sec-WebSocket-Protocol: expected a list of names");
    }
    check(protocols.contains(SUBPROTOCOL), "Sec-WebSocket-Protocol: expected " + SUBPROTOCOL);
    return List.copyOf(protocols);
  }

  private static @Nullable ConnectionId replaces(List<String> protocols) {
    List<String> named = HeaderList.starting(protocols, REPLACES);
    check(named.size() <= 1, "Sec-WebSocket-Protocol: expected at most one connection to replace");
    try {
      return named.isEmpty() ? null : new ConnectionId(named.get(0).substring(REPLACES.length()));
    } catch (IllegalArgumentException e) {
      throw RefusedException.invalid(
          "Sec-WebSocket-Protocol: expected replaces.<connection_id>, as welcome names it");
    }
  }

  /** A malformed list is refused, whatever of it would be accepted. */
  private static List<String> extensions(List<String> lines) {
    List<String> extensions = HeaderList.elements(lines);
    check(
        lines.isEmpty() || (!extensions.isEmpty() && areWellFormed(extensions)),
        "Sec-WebSocket-Extensions: expected a list of extensions");
    return List.copyOf(extensions);
  }

  private static boolean areWellFormed(List<String> extensions) {
    return extensions.stream().allMatch(each -> EXTENSION.matcher(each).matches());
  }

  Handshake of(Principal verified) {
    return new Handshake(key, origin, authorization, protocols, extensions, replaces, verified);
  }

  /** Contains nothing of the request: the token must not be logged. */
  @Override
  public String toString() {
    return "Handshake[***]";
  }
}
