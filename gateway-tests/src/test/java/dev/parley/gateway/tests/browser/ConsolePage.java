package dev.parley.gateway.tests.browser;

import static org.awaitility.Awaitility.await;

import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Json;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** The console as a person uses it; what it waits for, it waits for at most {@link Bounds}. */
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

  private static final String COUNT_LAID_OUT =
      """
      return [...document.querySelectorAll('.spoken, .turn')]
        .filter((each) => each.checkVisibility({ contentVisibilityAuto: true })).length;
      """;

  private final ChromeDriver driver;

  ConsolePage(ChromeDriver driver) {
    this.driver = driver;
  }

  /** Opens the page anew, as somebody who was never here. */
  ConsolePage openAsStranger(URI address) {
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

  /** Says something whatever the connection is like. */
  void say(String words) {
    awaitShown("#text").sendKeys(words, Keys.ENTER);
  }

  /** Signs in as a front end does that brings its own tokens. */
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
    await(type)
        .atMost(Bounds.PATIENCE)
        .until(() -> text(driver, "#rows"), rows -> rows.contains(type));
  }

  void click(String css) {
    awaitShown(css).click();
  }

  void awaitConnection(String state) {
    awaitShown("#connection[data-state=" + state + "]");
  }

  WebElement awaitShown(String css) {
    return await(css)
        .atMost(Bounds.PATIENCE)
        .ignoreExceptions()
        .until(() -> driver.findElement(By.cssSelector(css)), WebElement::isDisplayed);
  }

  /** Waits until the text of the first such element is as it should be, and returns it. */
  String awaitText(String css, Predicate<String> expected) {
    return await(css)
        .atMost(Bounds.PATIENCE)
        .ignoreExceptions()
        .until(() -> text(driver, css), expected);
  }

  private static String text(WebDriver driver, String css) {
    return driver.findElement(By.cssSelector(css)).getText();
  }

  void openTab(URI address) {
    driver.switchTo().newWindow(WindowType.TAB);
    open(address);
  }

  /** Closes this tab and goes back to that one. */
  void closeTab(String other) {
    driver.close();
    driver.switchTo().window(other);
  }

  List<WebElement> all(String css) {
    return driver.findElements(By.cssSelector(css));
  }

  /** Shows this thread as if it had been left a moment ago. */
  void openThread(String name) {
    driver.executeScript("sessionStorage.setItem('parley.thread', arguments[0])", name);
    reload();
  }

  /** Goes on through the colour schemes up to this one. */
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

  /** Points at an element, then clicks what appears in it. */
  void hoverAndClick(String css, String button) {
    new Actions(driver).moveToElement(awaitShown(css)).perform();
    click(css + " " + button);
  }

  /** What axe-core finds that keeps people out: its serious and critical faults, with the place. */
  List<String> accessibilityFaults() {
    Object faults = driver.executeAsyncScript(Axe.SOURCE + Axe.RUN);
    return Stream.of(String.valueOf(faults).split("\n")).filter(line -> !line.isEmpty()).toList();
  }

  /** Scrolls from the end to the beginning in 120 steps and takes the time of each picture. */
  List<Double> scrollThrough() {
    return ((List<?>) Objects.requireNonNull(driver.executeAsyncScript(SCROLL)))
        .stream().map(each -> ((Number) each).doubleValue()).sorted().toList();
  }

  /** How many messages and turns the browser works on now; it skips the others. */
  long messagesLaidOut() {
    return (Long) Objects.requireNonNull(driver.executeScript(COUNT_LAID_OUT));
  }
}
