package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.browser.ConsolePage.ANSWER;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.WsClient;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** Answers with any content, as the console renders them live and after a reload. */
@Test(groups = {"security", "external"})
public class ConsoleAnswerTest extends SignedInConsoleTest {
  private static final String DONE = ANSWER + "[data-state=completed]";
  private static final int LARGE = Bounds.FULL ? 100_000 : 30_000;

  private static final String LONG =
      """
      # Plan

      Some **bold**, some *slanted* and `code`, see https://parley.example/a_b.

      | step | days |
      |---|-:|
      | one | 2 |
      | two | 30 |

      ```java
      int x = 2*3*4;
      ```

      1. first
         - [x] done
         - [ ] open
      2. second

      > Quoted.

      Last words, as [the source][1] says.

      [1]: https://parley.example/source
      """;

  @Override
  Map<String, String> consoleSettings() {
    return Map.of(
        "agents.parrot.type", "mimic",
        "server.max_frame", "1MiB",
        "limits.bytes_per_second", "1GiB");
  }

  @BeforeMethod(alwaysRun = true)
  void openThread() {
    page.openThread("t1");
    page.awaitConnection("open");
    chromium.complaints();
  }

  private void answer(String words) {
    WsClient device = connect(ada);
    device.sendValid(Commands.startAgent("c1", "t1", "parrot", words));
    device.barrier();
  }

  public void aLongAnswerIsRenderedWithAllMarkdownElements() {
    answer(LONG);
    for (int i = 0; i < 2; i++) {
      page.awaitShown(DONE + " a[href='https://parley.example/source']");
      String html = page.awaitShown(DONE).getDomProperty("innerHTML");
      assertThat(html)
          .contains("<h3>Plan</h3>", "<strong>bold</strong>", "<em>slanted</em>")
          .contains("<td data-align=\"right\">30</td>", "int x = 2*3*4;", "<ol><li>first<ul>")
          .contains("<li><span>☑ </span>done</li>", "<blockquote><p>Quoted.</p>")
          .doesNotContain("class=\"plain\"");
      page.reload();
    }
    assertThat(chromium.complaints()).isEmpty();
  }

  private static Map<String, String> answers() {
    String stars = "*".repeat(10_000);
    String row = "|x".repeat(200) + "|\n";
    return Map.ofEntries(
        entry("quotes", ">".repeat(3_000)),
        entry("stars", stars + "a" + stars),
        entry("links", "[](".repeat(1_600)),
        entry("backticks", "`".repeat(LARGE)),
        entry("deep lists", lines(1_000, i -> " ".repeat(i) + "* item\n")),
        entry("list", "* ".repeat(5_000) + "a"),
        entry("table", row + "|-".repeat(200) + "|\n" + row.repeat(200)),
        entry("emphasis", "*a_ ".repeat(LARGE / 4)),
        entry("emphasis that never ends", "**x* ".repeat(LARGE / 5)),
        entry("code blocks", "```\n".repeat(LARGE / 4)),
        entry("brackets", "[".repeat(LARGE / 2) + "a" + "]".repeat(LARGE / 2)),
        entry("one line", "x".repeat(6 * LARGE)));
  }

  private static String lines(int count, IntFunction<String> line) {
    return IntStream.range(0, count).mapToObj(line).collect(Collectors.joining());
  }

  @DataProvider
  public Object[] hostile() {
    return answers().keySet().toArray();
  }

  @Test(dataProvider = "hostile")
  public void aHostileAnswerDoesNotBlockThePage(String name) {
    answer(Objects.requireNonNull(answers().get(name)));
    page.awaitShown(DONE);
    askAgain("and then");
    page.reload();
    page.awaitShown(DONE);
    askAgain("and after a reload");
    assertThat(chromium.complaints()).isEmpty();
  }

  private void askAgain(String words) {
    page.ask(words);
    page.awaitText(DONE, words::equals);
  }
}
