package dev.parley.gateway.tests.promises;

import dev.parley.gateway.tests.support.BuiltinService;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where the builtin agent of a test class runs: in the gateway, or as a service behind HTTP. */
final class BackEnd implements AutoCloseable {
  private final boolean isService;
  private @Nullable BuiltinService service;

  BackEnd(boolean isService) {
    this.isService = isService;
  }

  boolean isService() {
    return isService;
  }

  /** Starts it with this pace, and adds the settings of its gateway to these. */
  Map<String, String> start(String pace, Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    if (isService) {
      BuiltinService started = BuiltinService.start(pace);
      service = started;
      all.putAll(started.settings());
    } else {
      all.put("agents.builtin.pace", pace);
    }
    return all;
  }

  @Override
  public void close() {
    if (service != null) {
      service.close();
    }
  }

  @Override
  public String toString() {
    return isService ? "a service" : "the gateway";
  }
}
