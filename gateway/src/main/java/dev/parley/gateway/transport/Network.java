package dev.parley.gateway.transport;

import dev.parley.gateway.config.Parser;
import io.netty.util.NetUtil;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A network in CIDR notation (RFC 4632, RFC 4291), or one address.
 *
 * @param prefix its first bits, as a number of that many bits
 * @param addressBits 32 or 128
 * @param prefixBits length of the prefix
 */
record Network(BigInteger prefix, int addressBits, int prefixBits) {

  static final Parser<Network> PARSER =
      Parser.of("an IP address or a network such as 10.0.0.0/8", Network::parse);

  private static final Pattern FORM = Pattern.compile("([0-9A-Fa-f.:]+)(?:/(\\d{1,3}))?");

  private static Optional<Network> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    return address(form.group(1))
        .flatMap(
            address -> {
              int bits = address.getAddress().length * Byte.SIZE;
              int prefix = form.group(2) == null ? bits : Integer.parseInt(form.group(2));
              return prefix > bits ? Optional.empty() : Optional.of(of(address, prefix));
            });
  }

  /** Parses a numeric address; never resolves a name. */
  static Optional<InetAddress> address(String text) {
    return NetUtil.isValidIpV4Address(text) || NetUtil.isValidIpV6Address(text)
        ? Optional.ofNullable(NetUtil.createInetAddressFromIpAddressString(text))
            .map(Network::plain)
        : Optional.empty();
  }

  /** The same address; an IPv4-mapped IPv6 address becomes IPv4. */
  static InetAddress plain(InetAddress address) {
    try {
      return InetAddress.getByAddress(address.getAddress());
    } catch (UnknownHostException e) {
      throw new IllegalStateException("address: wrong length (expected: 4 or 16 bytes)", e);
    }
  }

  static Network of(InetAddress address, int prefixBits) {
    byte[] bytes = address.getAddress();
    int bits = bytes.length * Byte.SIZE;
    return new Network(new BigInteger(1, bytes).shiftRight(bits - prefixBits), bits, prefixBits);
  }

  boolean contains(InetAddress address) {
    return address.getAddress().length * Byte.SIZE == addressBits
        && of(address, prefixBits).equals(this);
  }
}
