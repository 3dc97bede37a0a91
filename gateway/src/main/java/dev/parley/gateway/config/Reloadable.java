package dev.parley.gateway.config;

import java.util.Map;
import java.util.Optional;

/** A part whose files or settings can be read again while the gateway runs. */
public interface Reloadable {

  /** The settings that it has, or that name its files: {@code server.tls}. */
  String name();

  /**
   * Reads the files and checks all of them; nothing changes yet. Blocks; not called on a loop.
   *
   * @return empty if problems were added
   */
  Optional<Change> prepare(Problems problems);

  /** A part that was read and checked already. */
  static Reloadable of(String name, boolean isNew, Runnable apply) {
    return new Reloadable() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Optional<Change> prepare(Problems problems) {
        return Optional.of(new Change(isNew, Map.of(), apply));
      }
    };
  }

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
