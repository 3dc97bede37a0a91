package dev.parley.gateway.protocol;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Supplier;

/** Creates the ids of the gateway, 120 random bits each. Callable from any thread. */
public final class IdSource {

  private static final int BYTES = 15;

  /** Random bytes of one thread. All threads share the lock of the system's source. */
  private static final class RandomBytes {
    private static final int IDS = 64;

    private final SecureRandom random = new SecureRandom();
    private final byte[] bytes = new byte[IDS * BYTES];
    private int next = bytes.length;

    byte[] take() {
      if (next == bytes.length) {
        random.nextBytes(bytes);
        next = 0;
      }
      byte[] taken = Arrays.copyOfRange(bytes, next, next + BYTES);
      next += BYTES;
      return taken;
    }
  }

  private final Supplier<String> texts;

  /** Ids from a source of distinct texts of {@code [A-Za-z0-9_-]}. */
  public IdSource(Supplier<String> texts) {
    this.texts = texts;
  }

  /** Ids that cannot be guessed. */
  public static IdSource random() {
    ThreadLocal<RandomBytes> random = ThreadLocal.withInitial(RandomBytes::new);
    return new IdSource(
        () -> Base64.getUrlEncoder().withoutPadding().encodeToString(random.get().take()));
  }

  public RunId run() {
    return new RunId("r_" + texts.get());
  }

  public MessageId message() {
    return new MessageId("m_" + texts.get());
  }

  public ConnectionId connection() {
    return new ConnectionId("c_" + texts.get());
  }

  public NotificationId notification() {
    return new NotificationId("n_" + texts.get());
  }

  public BroadcastId broadcast() {
    return new BroadcastId("b_" + texts.get());
  }

  public Epoch epoch() {
    return new Epoch(texts.get());
  }
}
