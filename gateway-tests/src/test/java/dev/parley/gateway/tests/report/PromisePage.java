package dev.parley.gateway.tests.report;

import java.util.List;
import java.util.Locale;

/** The report as one self-contained HTML page, which needs no script and follows the theme. */
final class PromisePage {
  private static final String HEAD =
      """
      <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Promises</title>
      <meta name="viewport" content="width=device-width">
      <style>
      :root{color-scheme:light dark;--line:#ccc;--soft:#555;--good:#176b3a;--bad:#a11;--todo:#7a5200}
      @media (prefers-color-scheme:dark){:root{--line:#444;--soft:#aaa;--good:#6fcf97;--bad:#ff8a80;
      --todo:#e0b050}}
      body{font:16px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}
      table{border-collapse:collapse;width:100%}
      th,td{text-align:left;padding:.25rem .5rem .25rem 0;border-bottom:1px solid var(--line);
      vertical-align:top}
      section{padding:1rem 0;border-bottom:1px solid var(--line)}
      h2{font-size:1.1rem;margin:0}
      .kept,.passed,.yes{color:var(--good)}.BROKEN,.failed,.skipped{color:var(--bad)}
      .begun,.not{color:var(--todo)}
      dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;column-gap:1rem;margin:.5rem 0}
      dt{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
      ul{margin:.25rem 0}
      @media (max-width:40rem){dl{grid-template-columns:1fr}dd{margin-bottom:.5rem}}
      </style></head><body><h1>The promises in this run</h1>
      """;

  private PromisePage() {}

  static String of(List<Promise> promises, List<TestOutcome> others) {
    StringBuilder page = new StringBuilder(HEAD);
    page.append("<p>").append(escape(PromiseReport.summary(promises))).append("</p>\n");
    page.append("<table><thead><tr><th>Promise<th>Now<th>In this run<th>Tests</thead><tbody>\n");
    promises.forEach(promise -> line(page, promise));
    page.append("</tbody></table>\n");
    promises.forEach(promise -> section(page, promise));
    if (!others.isEmpty()) {
      page.append("<section><h2>Other measurements</h2><dl>");
      PromiseReport.byClass(others)
          .forEach(
              (owner, measured) ->
                  entry(page, owner, String.join("; ", Figures.inWords(measured))));
      page.append("</dl></section>\n");
    }
    return page.append("</body></html>\n").toString();
  }

  private static void line(StringBuilder page, Promise promise) {
    String id = promise.owner().getSimpleName();
    page.append("<tr><td><a href=\"#").append(id).append("\">").append(escape(promise.name()));
    page.append("</a><td>").append(marked(promise.row().state()));
    page.append("<td>").append(marked(promise.result()));
    page.append("<td>").append(counts(promise)).append("</tr>\n");
  }

  /** A word in the colour of its first part. */
  private static String marked(String word) {
    return "<span class=\"%s\">%s</span>".formatted(word.split(" ", 2)[0], escape(word));
  }

  private static void section(StringBuilder page, Promise promise) {
    BusinessValue value = promise.value();
    page.append("<section id=\"").append(promise.owner().getSimpleName()).append("\"><h2>");
    page.append(escape(promise.name())).append(" – ").append(marked(promise.result()));
    page.append("</h2><dl>");
    entry(page, "For", value.segment());
    entry(page, "Goal", value.goal());
    entry(page, "Value", value.valueImpact());
    entry(page, "Strategy", value.strategicImpact());
    entry(page, "Now", promise.state());
    promise.figures().forEach(figure -> entry(page, "Measured", figure));
    if (!promise.faults().isEmpty()) {
      entry(page, "Faults", promise.faults());
    }
    page.append("</dl>");
    if (!promise.outcomes().isEmpty()) {
      page.append("<details><summary>").append(counts(promise)).append("</summary><ul>");
      promise.outcomes().forEach(outcome -> test(page, promise, outcome));
      page.append("</ul></details>");
    }
    page.append("</section>\n");
  }

  /** A number stays with its word where the line is short. */
  private static String counts(Promise promise) {
    return promise.outcomes().isEmpty()
        ? "none"
        : promise.counts().replaceAll("(\\d) ", "$1&nbsp;");
  }

  private static void test(StringBuilder page, Promise promise, TestOutcome outcome) {
    String status = outcome.status().name().toLowerCase(Locale.ROOT);
    String of = outcome.owner() == promise.owner() ? "" : outcome.owner().getSimpleName() + ": ";
    page.append("<li class=\"").append(status).append("\">");
    page.append(escape(of + outcome.sentence())).append(" (").append(status).append(", ");
    page.append(outcome.millis()).append(" ms)</li>");
  }

  private static void entry(StringBuilder page, String name, String text) {
    page.append("<dt>").append(escape(name));
    page.append("</dt><dd>").append(escape(text)).append("</dd>");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
