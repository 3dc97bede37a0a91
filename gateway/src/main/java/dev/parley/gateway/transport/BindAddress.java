package dev.parley.gateway.transport;

import dev.parley.gateway.config.Parser;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** The form of hosts to listen on, checked without a name server. */
final class BindAddress {

  static final Parser<String> PARSER =
      Parser.of("an IP address or a host name", BindAddress::parse);

  private static final Pattern IPV4 =
      Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(%[\\w.-]+)?");
  private static final Pattern NAME =
      Pattern.compile("(?=.{1,253}$)[a-zA-Z0-9-]{1,63}(\\.[a-zA-Z0-9-]{1,63})*");
  private static final Pattern NUMBERS = Pattern.compile("[0-9.]*");

  private BindAddress() {}

  /** Whether only this machine can reach it. The only name that counts is {@code localhost}. */
  static boolean isLoopback(String host) {
    return host.equalsIgnoreCase("localhost")
        || literal(host).map(InetAddress::isLoopbackAddress).orElse(false);
  }

  private static Optional<String> parse(String text) {
    boolean bracketed = text.startsWith("[") && text.endsWith("]");
    String host = bracketed ? text.substring(1, text.length() - 1) : text;
    boolean isName = !bracketed && NAME.matcher(host).matches() && !NUMBERS.matcher(host).matches();
    return isName || literal(host).isPresent() ? Optional.of(host) : Optional.empty();
  }

  private static Optional<InetAddress> literal(String host) {
    if (!IPV4.matcher(host).matches() && !IPV6.matcher(host).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(host));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }
}
