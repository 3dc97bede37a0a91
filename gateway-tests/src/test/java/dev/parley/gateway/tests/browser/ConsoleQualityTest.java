package dev.parley.gateway.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.report.Figures;
import dev.parley.gateway.tests.support.Bounds;
import dev.parley.gateway.tests.support.Commands;
import dev.parley.gateway.tests.support.WsClient;
import java.util.List;
import java.util.Map;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.Test;

/** Accessibility in both colour schemes, and scrolling in a long thread. */
@Test(groups = "external")
public class ConsoleQualityTest extends DevConsoleTest {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "agents.builtin.pace", "1ms",
          "retention.records", "1000000",
          "limits.burst", "100000",
          "limits.frames_per_second", "100000",
          "limits.frames_burst", "100000",
          "limits.bytes_per_second", "1GiB",
          "limits.commands_per_minute", "1000000");
  private static final String LONG = "long";
  private static final int EVENTS = Bounds.FULL ? 10_000 : 3_000;
  private static final String LAST = ".group:last-child > .spoken:last-child";

  /** The frame time at 60 frames a second; ten times as much is a defect. */
  private static final double TARGET_MS = 1_000.0 / 60;

  @Override
  Map<String, String> settings() {
    return SETTINGS;
  }

  @AfterMethod(alwaysRun = true)
  void useDesktopSize() {
    page.beOnDesktop();
  }

  @Test(groups = "business_value")
  public void thePageHasNoSeriousAccessibilityFaults() {
    page.ask("what is 12*(34+5)?");
    page.awaitShown("[data-event=agent_completed]");
    page.inspect();
    page.awaitFrame("agent_completed");
    assertThat(chromium.complaints()).isEmpty();
    page.click("#new-conversation");
    page.awaitShown("#welcome");
    assertThat(page.accessibilityFaults()).isEmpty();
    page.all(".thread-open").get(0).click();
    page.awaitShown("[data-event=agent_completed]");
    for (String scheme : List.of("light", "dark")) {
      page.choose(scheme);
      assertThat(page.accessibilityFaults()).as(scheme).isEmpty();
    }
  }

  @Test(groups = "business_value")
  public void thePageHasNoSeriousAccessibilityFaultsOnAPhone() {
    page.beOnPhone();
    page.ask("what is 12*(34+5)?");
    page.awaitShown("[data-event=agent_completed]");
    for (String scheme : List.of("light", "dark")) {
      page.choose(scheme);
      assertUsableOnAPhone(scheme);
      page.click("#menu");
      assertUsableOnAPhone(scheme + ", conversations");
      page.click("#menu-close");
      page.inspect();
      page.awaitFrame("agent_completed");
      assertUsableOnAPhone(scheme + ", inspector");
      page.click("#inspector-close");
    }
  }

  private void assertUsableOnAPhone(String what) {
    page.awaitNothingCutOff();
    assertThat(page.accessibilityFaults()).as(what).isEmpty();
  }

  @Test(groups = "business_value")
  public void aConversationIsRenamedAndDeleted() {
    page.ask("what is 6*7?");
    page.awaitText(".thread[data-current=true] .thread-name", "what is 6*7?"::equals);
    page.rename("Sums");
    page.awaitText("#title", "Sums"::equals);
    page.awaitShown("[data-event=agent_completed]");
    page.hoverAndClick(".thread[data-current=true]", "[title=Delete]");
    page.click("#delete-dialog .danger");
    page.awaitShown("#welcome");
    assertThat(page.all(".thread-name")).noneMatch(name -> name.getText().equals("Sums"));
  }

  @Test(groups = "performance")
  public void aLongThreadScrollsSmoothly() {
    try (WsClient writer = WsClient.open(gateway.address(), gateway.token("dev"))) {
      writer.say(LONG, "what is 6*7?");
      for (int i = 0; i < EVENTS; i++) {
        writer.sendValid(Commands.chat("c" + i, LONG, "line " + i));
      }
      writer.barrier();
    }
    page.openThread(LONG);
    page.awaitText(LAST, ("line " + (EVENTS - 1))::equals);
    List<Double> frames = page.scrollThrough();
    double median = frames.get(frames.size() / 2);
    Figures.report("events in the thread", EVENTS, "");
    Figures.report("median frame while scrolling", median, "ms");
    Figures.report("95 of 100 frames within", frames.get(frames.size() * 95 / 100), "ms");
    assertThat(page.messagesLaidOut()).isPositive().isLessThan(200);
    assertThat(median).isLessThan(10 * TARGET_MS);
  }
}
