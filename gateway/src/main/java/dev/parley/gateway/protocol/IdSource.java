package dev.parley.gateway.protocol;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;

/** Creates the ids of the gateway, 120 random bits each. Callable from any thread. */
public final class IdSource {

  private static final int BYTES = 15;

  private final Supplier<String> texts;

  /** Ids from a source of distinct texts of {@code [A-Za-z0-9_-]}. */
  public IdSource(Supplier<String> texts) {
    this.texts = texts;
  }

  /** Ids that cannot be guessed. */
  public static IdSource random() {
    SecureRandom random = new SecureRandom();
    return new IdSource(
        () -> {
          byte[] bytes = new byte[BYTES];
          random.nextBytes(bytes);
          return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        });
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

  public Epoch epoch() {
    return new Epoch(texts.get());
  }
}
