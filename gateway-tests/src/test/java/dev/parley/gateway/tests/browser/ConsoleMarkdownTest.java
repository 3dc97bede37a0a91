package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Answers of an agent as Markdown: the elements that they may and may not become. */
@Test(groups = {"security", "external"})
public class ConsoleMarkdownTest extends DevConsoleTest {
  private static final String HARMLESS =
      "p|span|a|code|pre|figure|figcaption|button|div|table|thead|tbody|tr|th|td";

  @Override
  Map<String, String> settings() {
    return Map.of();
  }

  @DataProvider
  Object[] hostile() {
    return new Object[] {
      "<script>document.title='evil'</script>",
      "<img src=x onerror=\"document.title='evil'\">",
      "text <svg onload=\"document.title='evil'\"> text",
      "[click](javascript:document.title='evil')",
      "[click](JaVaScRiPt&colon;alert(1))",
      "[click](&#106;avascript:alert(1))",
      "[click](data:text/html,<script>alert(1)</script>)",
      "[a]: javascript:alert(1)\n\n[a]",
      "<javascript:alert(1)>",
      "![x](x\"onerror=\"document.title='evil')",
      "![x](https://evil.example/pixel.png)",
      "```\"><img src=x onerror=alert(1)>\ncode\n```",
      "| <img src=x onerror=alert(1)> |\n|---|\n| <iframe src=javascript:alert(1)> |",
      "<a href=\"javascript:alert(1)\">x</a>",
      "<style>*{display:none}</style>",
      "<form action=https://evil.example><input name=q></form>"
    };
  }

  @Test(dataProvider = "hostile")
  public void noMarkupInAnAnswerBecomesAnElement(String markdown) {
    String html = page.markdown(markdown);
    assertThat(html).doesNotContainPattern("<(?!/?(" + HARMLESS + ")[ >])");
    assertThat(html).doesNotContainPattern("<a [^>]*href=\"(?!https?:|mailto:)");
    assertThat(chromium.driver().getTitle()).isEqualTo("Parley");
  }

  public void markdownIsRendered() {
    String html =
        page.markdown("**bold** `code`\n\n1. one\n\n|a|b|\n|-|-:|\n|1|2|\n\n```js\nx\n```");
    assertThat(html)
        .contains("<strong>bold</strong>", "<code>code</code>", "<ol><li>", "<th>a</th>")
        .contains("<td data-align=\"right\">2</td>", "<figcaption>js", "<code>x</code>");
  }
}
