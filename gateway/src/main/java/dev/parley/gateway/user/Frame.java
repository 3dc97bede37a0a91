package dev.parley.gateway.user;

/**
 * One encoded text frame on its way out: a head of its own and a body that many readers share.
 * Immutable; neither array may be changed or copied before the socket.
 */
public final class Frame {

  private static final byte[] NONE = {};

  private final byte[] head;
  private final byte[] body;

  private Frame(byte[] head, byte[] body) {
    this.head = head;
    this.body = body;
  }

  /** A frame in one piece. */
  public static Frame of(byte[] whole) {
    return new Frame(NONE, whole);
  }

  /** A frame in two pieces: its text is the head, then the body. */
  public static Frame of(byte[] head, byte[] body) {
    return new Frame(head, body);
  }

  public byte[] head() {
    return head;
  }

  public byte[] body() {
    return body;
  }

  /** The bytes of its text. */
  public int length() {
    return head.length + body.length;
  }
}
