package dev.parley.gateway.transport;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import dev.parley.gateway.limit.ConnectionPolicy;
import java.time.Duration;

/**
 * Settings of the listener and of its sockets.
 *
 * @param timeouts how long a peer may take
 * @param sockets how many sockets and connections there may be
 * @param frames what a connection may send, in frames
 * @param commands what a connection may send, in commands
 * @param compression whether messages may be compressed
 */
public record ListenerConfig(
    Binding binding,
    Timeouts timeouts,
    SocketLimits sockets,
    FrameLimits frames,
    CommandLimits commands,
    boolean compression) {

  private static final Parser<Integer> COUNT = Parsers.integer(1, 1_000_000);

  /** Public because other settings can rule out this host. */
  public static final Setting<String> HOST =
      Setting.of(
          "server.host",
          "127.0.0.1",
          BindAddress.PARSER,
          "Address to listen on. Any address but loopback needs auth.jwt.");

  private static final Setting<Boolean> COMPRESSION =
      Setting.of(
          "server.compression",
          "false",
          Parsers.bool(),
          "Whether messages of a WebSocket are compressed (permessage-deflate), if its client"
              + " offers it in a handshake with a token.");

  public ListenerConfig {
    requireNonNull(binding, "binding");
    requireNonNull(timeouts, "timeouts");
    requireNonNull(sockets, "sockets");
    requireNonNull(frames, "frames");
    requireNonNull(commands, "commands");
  }

  public static ListenerConfig read(Settings settings) {
    return new ListenerConfig(
        Binding.read(settings),
        Timeouts.read(settings),
        SocketLimits.read(settings),
        FrameLimits.read(settings),
        CommandLimits.read(settings),
        settings.get(COMPRESSION));
  }

  /** Where the gateway listens, and on how many event loops. */
  public record Binding(String host, int port, int loops) {

    public Binding {
      requireNonNull(host, "host");
    }

    static Binding read(Settings settings) {
      return new Binding(
          settings.get(HOST),
          settings.get(
              "server.port",
              "8080",
              Parsers.integer(0, 65535),
              "Port to listen on; 0 means any free port."),
          settings.get(
              "server.loops",
              "0",
              Parsers.integer(0, 256),
              "Number of event loops; 0 means one per core."));
    }

    /** Whether only this machine can reach the host. */
    public boolean isLoopback() {
      return BindAddress.isLoopback(host);
    }
  }

  /** Times that a peer may take. */
  public record Timeouts(Duration handshake, Duration heartbeat, Duration stall) {

    public Timeouts {
      requireNonNull(handshake, "handshake");
      requireNonNull(heartbeat, "heartbeat");
      requireNonNull(stall, "stall");
    }

    static Timeouts read(Settings settings) {
      return new Timeouts(
          settings.get(
              "server.handshake_timeout",
              "8s",
              Quantities.duration("100ms", "5m"),
              "Maximum time from accept until the user of a socket is known."),
          settings.get(
              "server.heartbeat",
              "20s",
              Quantities.duration("100ms", "10m"),
              "Time between two pings. A connection is closed when two are unanswered."),
          settings.get(
              "server.stall_timeout",
              "30s",
              Quantities.duration("100ms", "10m"),
              "Maximum time in which a peer takes no byte while some wait for it. Then its socket"
                  + " is closed."));
    }
  }

  /** Bounds on the number of sockets. */
  public record SocketLimits(
      int connections,
      int tenantConnections,
      int unauthenticatedPerAddress,
      ConnectionPolicy policy) {

    public SocketLimits {
      requireNonNull(policy, "policy");
    }

    static SocketLimits read(Settings settings) {
      int connections =
          settings.get(
              "limits.connections", "10000", COUNT, "Maximum connections of the whole process.");
      return new SocketLimits(
          connections,
          settings
              .find(
                  "limits.tenant_connections",
                  COUNT,
                  "Maximum connections of the users of one tenant. Without it, one tenant may have"
                      + " all.")
              .orElse(connections),
          settings.get(
              "limits.unauthenticated_per_address",
              "64",
              COUNT,
              "Maximum sockets of one address (IPv6: of one /64) without a known user."),
          settings.get(
              "limits.connection_policy",
              "refuse",
              Parsers.oneOf(ConnectionPolicy.class),
              "Policy for a connection beyond the limit of its user that names none to replace:"
                  + " refuse it, or evict the oldest one."));
    }
  }

  /** Bounds on the frames of one connection, and on the HTTP requests of one socket. */
  public record FrameLimits(
      int maxBytes, int maxFragments, int perSecond, int burst, int bytesPerSecond) {

    static FrameLimits read(Settings settings) {
      return new FrameLimits(
          settings.get(
              "server.max_frame",
              "64KiB",
              Quantities.size("1KiB", "16MiB"),
              "Maximum size of a message that a client sends."),
          settings.get("limits.fragments", "64", COUNT, "Maximum frames of one message."),
          settings.get(
              "limits.frames_per_second",
              "200",
              COUNT,
              "Maximum frames of a connection, or HTTP requests of a socket, per second."),
          settings.get(
              "limits.frames_burst",
              "400",
              COUNT,
              "Maximum frames of a connection, or HTTP requests of a socket, at once after a"
                  + " pause."),
          settings.get(
              "limits.bytes_per_second",
              "1MiB",
              Quantities.size("1KiB", "1GiB"),
              "Maximum bytes of a connection per second. At once it may send as many, or one"
                  + " message of the maximum size."));
    }
  }

  /** Bounds on the commands of one connection. */
  public record CommandLimits(int maxRejectedInARow, int maxUnanswered) {

    static CommandLimits read(Settings settings) {
      return new CommandLimits(
          settings.get(
              "limits.rejected_in_a_row",
              "50",
              COUNT,
              "Rejected messages in a row after which a connection is closed."),
          settings.get(
              "limits.unanswered_commands",
              "32",
              COUNT,
              "Maximum unanswered commands of a connection. Beyond it, the gateway reads no more"
                  + " until one is answered."));
    }
  }
}
