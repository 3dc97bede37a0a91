package dev.parley.gateway.transport;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * An offer of permessage-deflate that the gateway accepts (RFC 7692, sections 5 and 7.1). No
 * context is taken over in either direction, whatever was offered: both sections allow that.
 *
 * @param hasServerBits whether the client has limited the window of the gateway
 * @param serverBits that window, as a power of 2
 */
record DeflateOffer(boolean hasServerBits, int serverBits) {

  static final String NAME = "permessage-deflate";

  private static final int MAX_BITS = 15;
  private static final String SERVER_CONTEXT = "server_no_context_takeover";
  private static final String CLIENT_CONTEXT = "client_no_context_takeover";
  private static final String SERVER_BITS = "server_max_window_bits";
  private static final String CLIENT_BITS = "client_max_window_bits";
  private static final Pattern BITS = Pattern.compile("[89]|1[0-5]");

  /** The first offer that is acceptable, of extensions in the order of the client. */
  static Optional<DeflateOffer> first(List<String> extensions) {
    return extensions.stream().flatMap(each -> of(each).stream()).findFirst();
  }

  /** Reads one extension, which must be well formed; empty if it is declined. */
  private static Optional<DeflateOffer> of(String extension) {
    String[] parts = extension.split(";", -1);
    if (!parts[0].strip().equals(NAME)) {
      return Optional.empty();
    }
    Set<String> names = new HashSet<>();
    DeflateOffer offer = new DeflateOffer(false, MAX_BITS);
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].split("=", 2);
      String name = pair[0].strip();
      Optional<String> value =
          pair.length == 1 ? Optional.empty() : Optional.of(unquoted(pair[1].strip()));
      if (!isValid(name, value) || !names.add(name)) {
        return Optional.empty();
      }
      if (name.equals(SERVER_BITS)) {
        offer = new DeflateOffer(true, Integer.parseInt(value.orElseThrow()));
      }
    }
    return Optional.of(offer);
  }

  private static boolean isValid(String name, Optional<String> value) {
    return switch (name) {
      case SERVER_CONTEXT, CLIENT_CONTEXT -> value.isEmpty();
      case SERVER_BITS -> value.filter(bits -> BITS.matcher(bits).matches()).isPresent();
      case CLIENT_BITS -> value.map(bits -> BITS.matcher(bits).matches()).orElse(true);
      default -> false;
    };
  }

  private static String unquoted(String value) {
    boolean isQuoted = value.length() > 1 && value.charAt(0) == '"';
    return isQuoted ? value.substring(1, value.length() - 1).replace("\\", "") : value;
  }

  /** The value of Sec-WebSocket-Extensions in the answer. */
  String header() {
    String header = NAME + "; " + SERVER_CONTEXT + "; " + CLIENT_CONTEXT;
    return hasServerBits ? header + "; " + SERVER_BITS + "=" + serverBits : header;
  }

  /**
   * The longest message that may be compressed. The compressor of Java has a window of 2^15; no
   * distance in a message reaches beyond its beginning.
   */
  int maxText() {
    return serverBits == MAX_BITS ? Integer.MAX_VALUE : 1 << serverBits;
  }
}
