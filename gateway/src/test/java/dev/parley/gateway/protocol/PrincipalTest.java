package dev.parley.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Set;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PrincipalTest {

  public void aPrincipalKeepsItsScopes() {
    Set<Scope> scopes = EnumSet.of(Scope.CHAT);
    Principal principal = new Principal(new UserId("default", "ada"), "mid", scopes, Instant.EPOCH);
    scopes.add(Scope.ADMIN);
    assertThat(principal.has(Scope.CHAT)).isTrue();
    assertThat(principal.has(Scope.ADMIN)).isFalse();
  }
}
