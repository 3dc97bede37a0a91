package dev.parley.gateway.tests.browser;

import dev.parley.gateway.tests.support.Json;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** The console as a person uses it. */
final class ConsolePage extends BrowserPage {
  /** The answer to the last question. */
  static final String ANSWER = ".turn:last-child [data-role=assistant]";

  private static final String SCROLL =
      """
      const done = arguments[0], scroller = document.getElementById('scroller'), times = [];
      const way = scroller.scrollHeight;
      let before = performance.now();
      requestAnimationFrame(function step(now) {
        times.push(performance.now() - before);
        before = performance.now();
        scroller.scrollTop = way * (1 - times.length / 120);
        if (times.length < 120) requestAnimationFrame(step);
        else done(times);
      });
      """;

  private static final String DRAW_MARKDOWN =
      """
      const done = arguments[1], root = document.createElement('div');
      import('/page/markdown.js')
        .then(({ drawMarkdown }) => drawMarkdown(root, arguments[0]))
        .then(() => done(root.innerHTML), (error) => done(String(error)));
      """;

  private static final String COUNT_LAID_OUT =
      """
      return [...document.querySelectorAll('.spoken, .turn')]
        .filter((each) => each.checkVisibility({ contentVisibilityAuto: true })).length;
      """;

  ConsolePage(ChromeDriver driver) {
    super(driver);
  }

  void ask(String question) {
    awaitConnection("open");
    WebElement text = awaitShown("#text");
    text.sendKeys(question);
    awaitShown("#send");
    text.sendKeys(Keys.ENTER);
  }

  /** Sends a message in any state of the connection. */
  void say(String words) {
    awaitShown("#text").sendKeys(words, Keys.ENTER);
  }

  /** Stores a token as a front end with its own tokens does. */
  void storeToken(String token, Instant end) {
    String stored = Json.object().put("token", token).put("expires_at", end.toString()).toString();
    driver.executeScript("localStorage.setItem('parley.token', arguments[0])", stored);
  }

  void inspect() {
    click("#inspect");
  }

  /** Waits until the inspector shows a frame of this type. */
  void awaitFrame(String type) {
    await(type).until(() -> text(driver, "#rows"), rows -> rows.contains(type));
  }

  void awaitConnection(String state) {
    awaitShown("#connection[data-state=" + state + "]");
  }

  /** Chooses the agent of the next message. */
  void chooseAgent(String name) {
    click("#agent option[value=" + name + "]");
  }

  /** The agent that the next message goes to. */
  String chosenAgent() {
    return String.valueOf(awaitShown("#agent").getDomProperty("value"));
  }

  /** The number of characters in the elements that match, shown or not. */
  long charactersIn(String css) {
    return all(css).stream()
        .mapToLong(each -> String.valueOf(each.getDomProperty("textContent")).length())
        .sum();
  }

  /** Shows this thread as if the page had just left it. */
  void openThread(String name) {
    driver.executeScript("sessionStorage.setItem('parley.thread', arguments[0])", name);
    reload();
  }

  void rename(String name) {
    hoverAndClick(".thread[data-current=true]", "[title=Rename]");
    WebElement field = awaitShown(".thread input");
    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), name, Keys.ENTER);
  }

  /** The same without a mouse, from the conversation's own button on. */
  void renameByKeys(String name, Keys end) {
    WebElement open = awaitShown(".thread[data-current=true] .thread-open");
    driver.executeScript("arguments[0].focus()", open);
    Actions keys = new Actions(driver);
    keys.sendKeys(Keys.TAB, Keys.ENTER).perform();
    awaitShown(".thread input");
    keys.keyDown(Keys.CONTROL).sendKeys("a").keyUp(Keys.CONTROL).sendKeys(name, end).perform();
    awaitHidden(".thread input");
  }

  /**
   * Scrolls from the end to the beginning in 120 steps and returns the sorted frame times in
   * milliseconds.
   */
  List<Double> scrollThrough() {
    return ((List<?>) Objects.requireNonNull(driver.executeAsyncScript(SCROLL)))
        .stream().map(each -> ((Number) each).doubleValue()).sorted().toList();
  }

  /** The number of messages and turns that the browser lays out now; it skips the others. */
  long messagesLaidOut() {
    return (Long) Objects.requireNonNull(driver.executeScript(COUNT_LAID_OUT));
  }

  /** The HTML that the page renders for an answer. */
  String markdown(String answer) {
    return String.valueOf(driver.executeAsyncScript(DRAW_MARKDOWN, answer));
  }

  /** The text of the message right above this turn. */
  String questionAbove(String turn) {
    return text(driver, ".spoken:has(+ " + turn + ") .words");
  }

  /** Reconnects at once instead of after the backoff, if it waits. */
  void tryNow() {
    driver.executeScript("document.getElementById('reconnect').click()");
  }

  /** The content of the clipboard. */
  String clipboard() {
    return String.valueOf(
        driver.executeAsyncScript("navigator.clipboard.readText().then(arguments[0])"));
  }
}
