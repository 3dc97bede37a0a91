package dev.parley.gateway.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.GatewayConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/** The alert of a certificate that ends soon, on a clock of the test. */
@Test(groups = "unit")
public class CertificateConditionTest {

  private final List<Alert> told = new ArrayList<>();
  private Instant now;
  private Instant expiry;

  @BeforeMethod(alwaysRun = true)
  public void begin() {
    told.clear();
    now = Instant.parse("2026-11-29T00:00:00Z");
    expiry = now.plus(Duration.ofDays(15));
  }

  private Alerts alerts(String... settings) {
    Map<String, String> given = settings.length == 0 ? Map.of() : Map.of(settings[0], settings[1]);
    AlertConfig config = GatewayConfig.of(given).alerts();
    Condition condition =
        Conditions.certificate(config, () -> Duration.between(now, expiry).toSeconds());
    return new Alerts(List.of(condition), config.clearAfter(), told::add);
  }

  private void pass(Alerts alerts, Duration time) {
    now = now.plus(time);
    alerts.check(now, Duration.between(Instant.EPOCH, now).toNanos());
  }

  private List<String> transitions() {
    return told.stream().map(alert -> alert.name() + " " + alert.transition().wire()).toList();
  }

  public void itFiresOnceFourteenDaysBeforeTheEndAndClearsAfterANewOne() {
    Alerts alerts = alerts();
    pass(alerts, Duration.ofHours(24));
    assertThat(told).as("exactly 14 days are enough").isEmpty();
    pass(alerts, Duration.ofSeconds(1));
    assertThat(transitions()).containsExactly("certificate fired");
    assertThat(told.get(0).reading().text())
        .isEqualTo("the certificate ends in 14.0 days (expected: at least 14.0 days left)");
    pass(alerts, Duration.ofDays(13));
    assertThat(told).hasSize(1);
    expiry = now.plus(Duration.ofDays(90));
    pass(alerts, Duration.ofSeconds(1));
    pass(alerts, Duration.ofMinutes(1));
    assertThat(transitions()).containsExactly("certificate fired", "certificate cleared");
  }

  public void oneThatHasEndedSaysSinceWhen() {
    Alerts alerts = alerts();
    pass(alerts, Duration.ofDays(17));
    assertThat(told.get(0).reading().text())
        .isEqualTo("the certificate ended 2.0 days ago (expected: at least 14.0 days left)");
    assertThat(told.get(0).reading().value()).isEqualTo(-2 * 86_400);
  }

  public void theTimeIsThatOfTheSettings() {
    Alerts alerts = alerts("alerts.certificate", "24h");
    pass(alerts, Duration.ofDays(14));
    assertThat(told).isEmpty();
    pass(alerts, Duration.ofSeconds(1));
    assertThat(transitions()).containsExactly("certificate fired");
  }
}
