package dev.parley.gateway.config;

import java.util.Map;
import java.util.Optional;

/** A part whose files can be read again while the gateway runs. */
public interface Reloadable {

  /** The settings that name the files: {@code server.tls}. */
  String name();

  /**
   * Reads the files and checks all of them; nothing changes yet. Blocks; not called on a loop.
   *
   * @return empty if problems were added
   */
  Optional<Change> prepare(Problems problems);

  /**
   * What was read and checked.
   *
   * @param isNew whether it differs from what is used now
   * @param facts what may be shown of it, and nothing secret: name to value
   * @param apply uses it from now on; does not fail and does not wait
   */
  record Change(boolean isNew, Map<String, String> facts, Runnable apply) {

    public Change {
      facts = Map.copyOf(facts);
    }
  }
}
