package dev.parley.gateway.transport;

import static java.util.Objects.requireNonNull;

import dev.parley.gateway.config.Parser;
import dev.parley.gateway.config.Parsers;
import dev.parley.gateway.config.Quantities;
import dev.parley.gateway.config.Setting;
import dev.parley.gateway.config.Settings;
import java.time.Duration;

/**
 * Settings of the listener and of its sockets.
 *
 * @param timeouts how long a peer may take
 * @param sockets how many sockets and connections there may be
 * @param frames what a connection may send, in frames
 * @param commands what a connection may send, in commands
 */
public record ListenerConfig(
    Binding binding,
    Timeouts timeouts,
    SocketLimits sockets,
    FrameLimits frames,
    CommandLimits commands) {

  /**
   * Where the gateway listens.
   *
   * @param port 0 for any free one
   * @param loops number of event loops; 0 for one per core
   */
  public record Binding(String host, int port, int loops) {

    public Binding {
      requireNonNull(host, "host");
    }

    /** Whether only this machine can reach the host. */
    public boolean isLoopback() {
      return BindAddress.isLoopback(host);
    }
  }

  /**
   * Times that a peer may take.
   *
   * @param handshake from accept until the user is known
   * @param heartbeat between two pings
   * @param stall without a byte taken while some wait
   */
  public record Timeouts(Duration handshake, Duration heartbeat, Duration stall) {

    public Timeouts {
      requireNonNull(handshake, "handshake");
      requireNonNull(heartbeat, "heartbeat");
      requireNonNull(stall, "stall");
    }
  }

  /**
   * Bounds on the number of sockets.
   *
   * @param connections of the whole process
   * @param unauthenticatedPerAddress sockets of one address without a known user
   * @param policy for a connection beyond the limit of its user
   */
  public record SocketLimits(
      int connections, int unauthenticatedPerAddress, Admission.Policy policy) {

    public SocketLimits {
      requireNonNull(policy, "policy");
    }
  }

  /**
   * Bounds on the frames of one connection, and on the HTTP requests of one socket.
   *
   * @param maxBytes of one message
   * @param maxFragments frames of one message
   * @param perSecond frames, or requests, a second
   * @param burst frames, or requests, at once
   */
  public record FrameLimits(
      int maxBytes, int maxFragments, int perSecond, int burst, int bytesPerSecond) {}

  /**
   * Bounds on the commands of one connection.
   *
   * @param maxRejectedInARow after these the connection is closed
   * @param maxUnanswered after these reading stops until one is answered
   */
  public record CommandLimits(int maxRejectedInARow, int maxUnanswered) {}

  /** Public because other settings can rule out this host. */
  public static final Setting<String> HOST =
      Setting.of(
          "server.host",
          "127.0.0.1",
          BindAddress.PARSER,
          "Address to listen on; anything but loopback needs a key of auth.jwt.");

  private static final Parser<Integer> COUNT = Parsers.integer(1, 1_000_000);
  private static final Setting<Integer> PORT =
      Setting.of(
          "server.port",
          "8080",
          Parsers.integer(0, 65535),
          "Port to listen on; 0 takes a free one.");
  private static final Setting<Integer> LOOPS =
      Setting.of(
          "server.loops", "0", Parsers.integer(0, 256), "Event loops; 0 means one per core.");
  private static final Setting<Duration> HANDSHAKE_TIMEOUT =
      Setting.of(
          "server.handshake_timeout",
          "8s",
          Quantities.duration("100ms", "5m"),
          "Time from accepting a socket until its user is known.");
  private static final Setting<Duration> HEARTBEAT =
      Setting.of(
          "server.heartbeat",
          "20s",
          Quantities.duration("100ms", "10m"),
          "Time between heartbeats; a connection is closed when two go unanswered.");
  private static final Setting<Duration> STALL_TIMEOUT =
      Setting.of(
          "server.stall_timeout",
          "30s",
          Quantities.duration("100ms", "10m"),
          "Time without a byte taken by a peer that has bytes waiting, until it is closed.");
  private static final Setting<Integer> MAX_FRAME =
      Setting.of(
          "server.max_frame",
          "64KiB",
          Quantities.size("1KiB", "16MiB"),
          "Largest message that a client may send.");
  private static final Setting<Integer> CONNECTIONS =
      Setting.of("limits.connections", "10000", COUNT, "Connections of the whole process.");
  private static final Setting<Integer> UNAUTHENTICATED =
      Setting.of(
          "limits.unauthenticated_per_address",
          "64",
          COUNT,
          "Sockets of one address (IPv6: of one /64) whose user is not known yet.");
  private static final Setting<Integer> FRAGMENTS =
      Setting.of("limits.fragments", "64", COUNT, "Frames that one message may come in.");
  private static final Setting<Integer> REJECTED =
      Setting.of(
          "limits.rejected_in_a_row",
          "50",
          COUNT,
          "Rejected messages in a row after which a connection is closed.");
  private static final Setting<Integer> UNANSWERED =
      Setting.of(
          "limits.unanswered_commands",
          "32",
          COUNT,
          "Commands of a connection that wait for an answer before reading stops.");
  private static final Setting<Integer> FRAMES_PER_SECOND =
      Setting.of(
          "limits.frames_per_second", "200", COUNT, "Frames a second that a connection may send.");
  private static final Setting<Integer> FRAMES_BURST =
      Setting.of(
          "limits.frames_burst",
          "400",
          COUNT,
          "Frames that a connection that was quiet may send at once.");
  private static final Setting<Integer> BYTES_PER_SECOND =
      Setting.of(
          "limits.bytes_per_second",
          "1MiB",
          Quantities.size("1KiB", "1GiB"),
          "Bytes a second that a connection may send; at once as many, or one largest message.");
  private static final Setting<Admission.Policy> CONNECTION_POLICY =
      Setting.of(
          "limits.connection_policy",
          "refuse",
          Parsers.oneOf(Admission.Policy.class),
          "Policy for a connection beyond the user's limit that names none to replace: refuse it, or"
              + " evict the oldest one.");

  public ListenerConfig {
    requireNonNull(binding, "binding");
    requireNonNull(timeouts, "timeouts");
    requireNonNull(sockets, "sockets");
    requireNonNull(frames, "frames");
    requireNonNull(commands, "commands");
  }

  public static ListenerConfig read(Settings settings) {
    return new ListenerConfig(
        new Binding(settings.get(HOST), settings.get(PORT), settings.get(LOOPS)),
        new Timeouts(
            settings.get(HANDSHAKE_TIMEOUT), settings.get(HEARTBEAT), settings.get(STALL_TIMEOUT)),
        new SocketLimits(
            settings.get(CONNECTIONS),
            settings.get(UNAUTHENTICATED),
            settings.get(CONNECTION_POLICY)),
        new FrameLimits(
            settings.get(MAX_FRAME),
            settings.get(FRAGMENTS),
            settings.get(FRAMES_PER_SECOND),
            settings.get(FRAMES_BURST),
            settings.get(BYTES_PER_SECOND)),
        new CommandLimits(settings.get(REJECTED), settings.get(UNANSWERED)));
  }
}
