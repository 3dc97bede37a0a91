package dev.parley.gateway.tests.browser;

import static dev.parley.gateway.tests.support.Bounds.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Json;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** The console as a person uses it. Each wait ends within {@link Bounds}. */
final class ConsolePage {
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

  private static final String CUT_OFF =
      """
      return [...document.querySelectorAll('.stage *, .inspector, .side[data-open=true]')]
        .filter((each) => each.checkVisibility() && !each.closest('.unseen, pre, .table, .rows'))
        .filter((each) => {
          const { left, right } = each.getBoundingClientRect();
          return left < -0.5 || right > innerWidth + 0.5;
        })
        .map((each) => each.outerHTML.slice(0, 120));
      """;

  private static final String COUNT_LAID_OUT =
      """
      return [...document.querySelectorAll('.spoken, .turn')]
        .filter((each) => each.checkVisibility({ contentVisibilityAuto: true })).length;
      """;

  private final ChromeDriver driver;

  ConsolePage(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Opens the page as a new visitor, without stored data. */
  ConsolePage openAsNewVisitor(URI address) {
    driver.get(address.toString());
    driver.executeScript("localStorage.clear(); sessionStorage.clear()");
    driver.get("about:blank");
    return open(address);
  }

  ConsolePage open(URI address) {
    driver.get(address.toString());
    return this;
  }

  void reload() {
    driver.navigate().refresh();
  }

  URI address() {
    return URI.create(String.valueOf(driver.getCurrentUrl()));
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

  void openNothing() {
    driver.get("about:blank");
  }

  void inspect() {
    click("#inspect");
  }

  /** Waits until the inspector shows a frame of this type. */
  void awaitFrame(String type) {
    await(type).until(() -> text(driver, "#rows"), rows -> rows.contains(type));
  }

  void click(String css) {
    awaitShown(css).click();
  }

  void awaitConnection(String state) {
    awaitShown("#connection[data-state=" + state + "]");
  }

  WebElement awaitShown(String css) {
    return await(css)
        .ignoreExceptions()
        .until(() -> driver.findElement(By.cssSelector(css)), WebElement::isDisplayed);
  }

  /** Waits until the text of the first matching element is as expected, and returns it. */
  String awaitText(String css, Predicate<String> expected) {
    return await(css).ignoreExceptions().until(() -> text(driver, css), expected);
  }

  private static String text(WebDriver driver, String css) {
    return driver.findElement(By.cssSelector(css)).getText();
  }

  /** Chooses the agent of the next message. */
  void chooseAgent(String name) {
    click("#agent option[value=" + name + "]");
  }

  /** The agent that the next message goes to. */
  String chosenAgent() {
    return String.valueOf(awaitShown("#agent").getDomProperty("value"));
  }

  /** Presses a key on an element that has the focus. */
  void press(String css, Keys key) {
    awaitShown(css).sendKeys(key);
  }

  /** The number of characters in the elements that match, shown or not. */
  long charactersIn(String css) {
    return all(css).stream()
        .mapToLong(each -> String.valueOf(each.getDomProperty("textContent")).length())
        .sum();
  }

  void openTab(URI address) {
    driver.switchTo().newWindow(WindowType.TAB);
    open(address);
  }

  /** Closes this tab and switches to the other one. */
  void closeTab(String other) {
    driver.close();
    driver.switchTo().window(other);
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Shows this thread as if the page had just left it. */
  void openThread(String name) {
    driver.executeScript("sessionStorage.setItem('parley.thread', arguments[0])", name);
    reload();
  }

  /** Switches through the colour schemes to this one. */
  void choose(String scheme) {
    while (all("html[data-theme=" + scheme + "]").isEmpty()) {
      click("#theme");
    }
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

  /** How a screen reader calls the element that has the focus. */
  String focused() {
    return String.valueOf(driver.switchTo().activeElement().getDomAttribute("aria-label"));
  }

  void awaitHidden(String css) {
    await(css).ignoreExceptions().until(() -> all(css).stream().noneMatch(WebElement::isDisplayed));
  }

  /** Points at an element, then clicks a button that appears in it. */
  void hoverAndClick(String css, String button) {
    new Actions(driver).moveToElement(awaitShown(css)).perform();
    click(css + " " + button);
  }

  /** The serious and critical faults that axe-core finds, with their elements. */
  List<String> accessibilityFaults() {
    Object faults = driver.executeAsyncScript(Axe.SOURCE + Axe.RUN);
    return Stream.of(String.valueOf(faults).split("\n")).filter(line -> !line.isEmpty()).toList();
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

  String tab() {
    return driver.getWindowHandle();
  }

  void goTo(String tab) {
    driver.switchTo().window(tab);
  }

  /** Switches to the tab that this one has opened. */
  void goToNewTab() {
    String here = tab();
    Set<String> tabs = await("tab").until(driver::getWindowHandles, handles -> handles.size() == 2);
    goTo(tabs.stream().filter(tab -> !tab.equals(here)).findFirst().orElseThrow());
  }

  /** Gives the window the size of a phone. */
  void beOnPhone() {
    Map<String, Object> phone =
        Map.of("width", 390, "height", 844, "deviceScaleFactor", 1, "mobile", true);
    driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", phone);
  }

  void beOnDesktop() {
    driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
  }

  /** Waits until no element extends beyond the left or right edge of the window. */
  void awaitNothingCutOff() {
    await("cut off")
        .untilAsserted(() -> assertThat((List<?>) driver.executeScript(CUT_OFF)).isEmpty());
  }
}
