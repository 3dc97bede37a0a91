package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class CatalogueTest {

  @DataProvider
  Object[][] misspelt() {
    return new Object[][] {
      {"server.prot", "server.port"},
      {"SERVER_PORT", "server.port"},
      {"server.max-frame", "server.max_frame"},
      {"serverport", "server.port"},
      {"tiers.gold.open.runs", "tiers.gold.open_runs"},
      {"tiers.Gold.openruns", "tiers.gold.open_runs"},
      {"tiers.open_runs", "tiers.<name>.open_runs"},
    };
  }

  @Test(dataProvider = "misspelt")
  public void theNearestNameIsFound(String wrong, String right) {
    assertThat(Samples.CATALOGUE.nearest(wrong)).isEqualTo(right);
  }

  public void aNameOfAnyLengthHasANearest() {
    assertThat(Samples.CATALOGUE.nearest("x".repeat(1_000_000))).isNotEmpty();
  }

  public void aFamilyCoversWellFormedNamesOnly() {
    assertThat(Samples.OPEN_RUNS.covers("tiers.a-1.open_runs")).isTrue();
    assertThat(Samples.OPEN_RUNS.covers("tiers.A.open_runs")).isFalse();
    assertThat(Samples.OPEN_RUNS.covers("tiers.a.b.open_runs")).isFalse();
    assertThat(Samples.OPEN_RUNS.covers("tiers..open_runs")).isFalse();
    assertThat(Samples.OPEN_RUNS.covers("tiersxaxopen_runs")).isFalse();
  }

  public void aFamilyPrefersItsOwnDefaultOfAName() {
    assertThat(Samples.OPEN_RUNS.of("early", 9).defaultValue()).isEqualTo(2);
    assertThat(Samples.OPEN_RUNS.of("other", 9).defaultValue()).isEqualTo(9);
  }

  public void sectionsAreTheBeginningsOfNames() {
    assertThat(Samples.CATALOGUE.isSection("server")).isTrue();
    assertThat(Samples.CATALOGUE.isSection("tiers")).isTrue();
    assertThat(Samples.CATALOGUE.isSection("tiers.gold")).isTrue();
    assertThat(Samples.CATALOGUE.isSection("serv")).isFalse();
    assertThat(Samples.CATALOGUE.isSection("server.port")).isFalse();
  }
}
