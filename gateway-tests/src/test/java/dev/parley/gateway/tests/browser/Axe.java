package dev.parley.gateway.tests.browser;

/** The accessibility checker axe-core, from its WebJar on the class path. */
final class Axe {
  /** The checker as a script for a page. */
  static final String SOURCE = WebJar.of("axe-core").text("axe.min.js");

  /** Runs the checker and returns a line for each serious fault. */
  static final String RUN =
      """
      ;const report = arguments[arguments.length - 1];
      axe.run().then(({ violations }) => report(violations
        .filter(({ impact }) => impact === 'serious' || impact === 'critical')
        .flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 200)))
        .join('\\n')), (error) => report(String(error)));
      """;

  private Axe() {}
}
