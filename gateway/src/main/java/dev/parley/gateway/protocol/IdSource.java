package dev.parley.gateway.protocol;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.function.Supplier;

/** Makes the gateway's own ids: 120 random bits each. Callable from any thread. */
public final class IdSource {

  private static final int BYTES = 15;

  private final Supplier<String> texts;

  /** Ids from any source of distinct texts of {@code [A-Za-z0-9_-]}; tests count. */
  public IdSource(Supplier<String> texts) {
    this.texts = texts;
  }

  /** Ids that nobody can guess. */
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
