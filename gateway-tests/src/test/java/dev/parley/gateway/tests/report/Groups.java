package dev.parley.gateway.tests.report;

import java.util.List;

/** The groups that a test can have. */
final class Groups {
  /** The groups of integration tests, by topic. */
  static final List<String> EIGHT =
      List.of(
          "websocket",
          "startup",
          "business_value",
          "multi_user",
          "chat_events",
          "performance",
          "security",
          "error_recovery");

  /** Tests of the tests themselves. */
  static final String UNIT = "unit";

  /** Needs more than a JDK: a browser, a database server. */
  static final String EXTERNAL = "external";

  /** Mounts file systems, which only root may. */
  static final String PRIVILEGED = "privileged";

  private Groups() {}
}
