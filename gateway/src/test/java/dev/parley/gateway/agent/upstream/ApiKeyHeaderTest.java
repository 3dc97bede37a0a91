package dev.parley.gateway.agent.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.config.Secret;
import java.util.Map;
import java.util.Optional;
import org.testng.annotations.Test;

@Test(groups = "unit", timeOut = 60_000)
public class ApiKeyHeaderTest {

  private static final Optional<Secret> KEY = Optional.of(Secret.of("sesame"));

  public void theKeyIsInItsHeader() {
    assertThat(ApiKeyHeader.BEARER.of(KEY))
        .isEqualTo(Map.of("authorization", Secret.of("Bearer sesame")));
    assertThat(ApiKeyHeader.X_API_KEY.of(KEY)).isEqualTo(Map.of("x-api-key", Secret.of("sesame")));
  }

  public void withoutAKeyThereIsNoHeader() {
    assertThat(ApiKeyHeader.BEARER.of(Optional.empty())).isEmpty();
  }
}
