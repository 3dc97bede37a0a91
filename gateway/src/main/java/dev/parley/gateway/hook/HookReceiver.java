package dev.parley.gateway.hook;

import dev.parley.gateway.config.Secret;
import java.net.URI;
import java.time.Clock;
import java.util.List;

/**
 * Who is told by web hooks.
 *
 * @param keys the key that signs, and the last one while the receiver changes
 */
public record HookReceiver(URI url, List<Secret> keys) {

  public HookReceiver {
    keys = List.copyOf(keys);
  }

  /** A client that sends to this receiver. */
  public HookClient client(Clock clock) {
    return new HookClient(url, new HookSignature(keys), clock);
  }
}
