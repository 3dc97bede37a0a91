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

  /** Needs Prometheus' program {@code promtool}. */
  static final String PROMTOOL = "promtool";

  /** Needs Autobahn, a library of Python. */
  static final String AUTOBAHN = "autobahn";

  /** Needs Firefox. */
  static final String FIREFOX = "firefox";

  /** Needs nothing of a gateway but its address and tokens. */
  static final String BLACK_BOX = "black_box";

  /** Needs tokens of two users. */
  static final String SECOND_USER = "second_user";

  /** Needs the agent {@code builtin}. */
  static final String BUILTIN = "builtin";

  /** What a test needs; it has one of the eight groups, too. */
  static final List<String> NEEDS =
      List.of(EXTERNAL, PRIVILEGED, PROMTOOL, AUTOBAHN, FIREFOX, BLACK_BOX, SECOND_USER, BUILTIN);

  private Groups() {}
}
