package dev.parley.gateway.hook;

import java.net.URI;
import java.time.Clock;

/**
 * Who is told by web hooks.
 *
 * @param keys that sign now
 */
public record HookReceiver(URI url, HookKeys keys) {

  /** A client that sends to this receiver. */
  public HookClient client(Clock clock) {
    return new HookClient(url, new HookSignature(keys), clock);
  }
}
