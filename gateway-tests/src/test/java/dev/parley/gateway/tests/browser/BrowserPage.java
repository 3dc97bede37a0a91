package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.Bounds;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/**
 * A page of the gateway as a person uses it. Each wait ends within {@link
 * dev.parley.gateway.tests.support.Bounds}.
 */
class BrowserPage {
  private static final Duration POLL = Duration.ofMillis(50);

  private static final String CUT_OFF =
      """
      return [...document.querySelectorAll('.stage *, .inspector, .side[data-open=true]')]
        .filter((each) => each.checkVisibility() && !each.closest('.unseen, pre, .table, .rows, .scroll'))
        .filter((each) => {
          const { left, right } = each.getBoundingClientRect();
          return left < -0.5 || right > innerWidth + 0.5;
        })
        .map((each) => each.outerHTML.slice(0, 120));
      """;

  final ChromeDriver driver;

  BrowserPage(ChromeDriver driver) {
    this.driver = driver;
  }

  /** A wait that looks less often than others: each look is work for the browser too. */
  static ConditionFactory await(String name) {
    return Bounds.await(name).pollInterval(POLL);
  }

  /** Opens the page as a new visitor, without stored data. */
  void openAsNewVisitor(URI address) {
    beNewVisitor(address);
    open(address);
  }

  /** Deletes what is stored, on a page of the gateway that runs no script. */
  void beNewVisitor(URI address) {
    driver.get(address.resolve("/healthz").toString());
    driver.executeScript("localStorage.clear(); sessionStorage.clear()");
  }

  void open(URI address) {
    driver.get(address.toString());
  }

  void reload() {
    driver.navigate().refresh();
  }

  URI address() {
    return URI.create(String.valueOf(driver.getCurrentUrl()));
  }

  void openNothing() {
    driver.get("about:blank");
  }

  void click(String css) {
    awaitShown(css).click();
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

  static String text(WebDriver driver, String css) {
    return driver.findElement(By.cssSelector(css)).getText();
  }

  /** Presses a key on an element that has the focus. */
  void press(String css, Keys key) {
    awaitShown(css).sendKeys(key);
  }

  /** Follows the link at the top of the page, which is shown only while it has the focus. */
  void followSkipLink() {
    driver.executeScript("document.querySelector('.skip').focus()");
    driver.switchTo().activeElement().sendKeys(Keys.ENTER);
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

  /** Switches through the colour schemes to this one. */
  void choose(String scheme) {
    while (all("html[data-theme=" + scheme + "]").isEmpty()) {
      click("#theme");
    }
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
