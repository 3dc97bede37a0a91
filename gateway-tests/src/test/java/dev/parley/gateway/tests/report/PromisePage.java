package dev.parley.gateway.tests.report;

import java.util.List;
import java.util.Locale;

/** The report as one self-contained HTML page. */
final class PromisePage {
  private static final String HEAD =
      """
      <!doctype html><html lang="en"><meta charset="utf-8"><title>Promises</title>
      <style>
      body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
      section{border-top:1px solid #ccc;padding:.5rem 0}
      h2{font-size:1.1rem;margin:.5rem 0}
      .passed{color:#176b3a}.failed,.skipped{color:#a11}
      dl{display:grid;grid-template-columns:9rem 1fr;margin:.5rem 0}
      dt{color:#555}dd{margin:0}
      li{margin:.1rem 0}
      </style>
      <h1>Promises kept in this run</h1>
      """;

  private PromisePage() {}

  static String of(List<Promise> promises, List<TestOutcome> others) {
    StringBuilder page = new StringBuilder(HEAD);
    promises.forEach(promise -> section(page, promise));
    if (!others.isEmpty()) {
      page.append("<section><h2>Other measurements</h2><dl>");
      others.forEach(other -> measured(page, other));
      page.append("</dl></section>\n");
    }
    return page.append("</html>\n").toString();
  }

  private static void section(StringBuilder page, Promise promise) {
    BusinessValue value = promise.value();
    page.append("<section><h2>").append(escape(promise.name())).append(" – <span class=\"");
    page.append(promise.kept() ? "passed" : "failed").append("\">");
    page.append(promise.result()).append("</span></h2><dl>");
    entry(page, "For", value.segment());
    entry(page, "Goal", value.goal());
    entry(page, "Value", value.valueImpact());
    entry(page, "Strategy", value.strategicImpact());
    promise.figures().forEach(figure -> entry(page, "Measured", figure.toString()));
    page.append("</dl><ul>");
    for (TestOutcome outcome : promise.outcomes()) {
      String status = outcome.status().name().toLowerCase(Locale.ROOT);
      page.append("<li class=\"").append(status).append("\">").append(escape(outcome.sentence()));
      page.append(" (").append(status).append(", ").append(outcome.millis()).append(" ms)</li>");
    }
    page.append("</ul></section>\n");
  }

  private static void measured(StringBuilder page, TestOutcome outcome) {
    outcome.figures().forEach(figure -> entry(page, escape(outcome.sentence()), figure.toString()));
  }

  private static void entry(StringBuilder page, String name, String text) {
    page.append("<dt>").append(name).append("</dt><dd>").append(escape(text)).append("</dd>");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
