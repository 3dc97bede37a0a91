package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URI;
import java.util.List;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;

/** The dashboard as an operator uses it. */
final class DashboardPage extends BrowserPage {

  DashboardPage(ChromeDriver driver) {
    super(driver);
  }

  /** Opens the page in a tab that has no token. */
  void openSignedOut(URI gateway) {
    openAsNewVisitor(gateway.resolve("/dashboard"));
    awaitShown("#sign-in");
  }

  /** Signs in with this token and waits until the figures are there. */
  void signIn(URI gateway, String token) {
    openSignedOut(gateway);
    giveToken(token);
    awaitContact("open");
  }

  void giveToken(String token) {
    awaitShown("#token").sendKeys(token, Keys.ENTER);
  }

  void awaitContact(String state) {
    awaitShown("#contact[data-state=" + state + "]");
  }

  /** Waits until the exact figure of the first matching element is this one. */
  void awaitFigure(String css, double figure) {
    await(css)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(figure(css)).isCloseTo(figure, within(Math.abs(figure) * 1e-9)));
  }

  private double figure(String css) {
    WebElement element = driver.findElement(By.cssSelector(css));
    return Double.parseDouble(String.valueOf(element.getDomAttribute("data-value")));
  }

  /** The cell of a row, by the text of the row's heading; columns are counted from 1. */
  String cell(String table, String row, int column) {
    return table + " tbody tr[data-row='" + row + "'] > :nth-child(" + column + ")";
  }

  /** Presses these keys where the focus is. */
  void type(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  /** The id, or else the text, of the element that has the focus. */
  String focus() {
    WebElement element = driver.switchTo().activeElement();
    String id = element.getDomAttribute("id");
    return id == null || id.isEmpty() ? element.getText() : id;
  }

  /** Presses Tab until this element has the focus. */
  void tabTo(String id) {
    for (int i = 0; i < 60 && !focus().equals(id); i++) {
      type(Keys.TAB);
    }
    assertThat(focus()).isEqualTo(id);
  }

  /** Whether the element with the focus shows it. */
  boolean isFocusSeen() {
    Object style =
        driver.executeScript("return getComputedStyle(document.activeElement).outlineStyle");
    return !"none".equals(style);
  }

  /** The elements of these names that are in the page. */
  List<WebElement> elements(String tag) {
    return driver.findElements(By.tagName(tag));
  }
}
