package dev.parley.gateway.protocol;

import java.util.Locale;

/**
 * The types of durable events (protocol, "Durable events"). {@code code} is the stored form; a code
 * is never used for another type.
 */
public enum EventType implements WireName {
  MESSAGE_ADDED(1),
  AGENT_STARTED(2),
  AGENT_THINKING(3),
  AGENT_MESSAGE(4),
  TOOL_EXECUTING(5),
  TOOL_COMPLETED(6),
  AGENT_COMPLETED(7),
  AGENT_FAILED(8),
  AGENT_CANCELLED(9),
  STATE_UPDATED(10),
  CUSTOM(11),
  MESSAGE_TAKEN_BACK(12),
  THREAD_TITLED(13),
  NOTIFICATION(14);

  private static final EventType[] BY_CODE = new EventType[15];

  static {
    for (EventType type : values()) {
      BY_CODE[type.code] = type;
    }
  }

  private final byte code;
  private final String wire = name().toLowerCase(Locale.ROOT);

  EventType(int code) {
    this.code = (byte) code;
  }

  /**
   * The type of a stored code.
   *
   * @throws IllegalArgumentException for a code of no type
   */
  public static EventType ofCode(byte code) {
    if (code < 1 || code >= BY_CODE.length) {
      throw new IllegalArgumentException(
          Texts.expected("event type code", Byte.toString(code), "1 to 14"));
    }
    return BY_CODE[code];
  }

  public byte code() {
    return code;
  }

  @Override
  public String wire() {
    return wire;
  }
}
