package dev.parley.gateway.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

@Test(groups = "unit")
public class ManualTest {

  private final Manual manual = new Manual(Samples.CATALOGUE);

  public void theTerminalIsToldEverySettingUnderItsSection() {
    assertThat(manual.text())
        .contains(
            """
            server
              server.port (8080)
                  Port to listen on.
              server.max_frame (64KiB)
                  Largest message.

            auth
            """)
        .contains("  auth.secret\n      Signs tokens.\n")
        .contains("  tiers.<name>.open_runs (2)\n");
  }

  public void theDocumentationSaysWhatAValueMustBe() {
    assertThat(manual.markdown())
        .contains("\n## server\n")
        .contains("| `server.port` | `8080` | an integer from 0 to 65535 | Port to listen on. |\n")
        .contains("| `auth.secret` | – | at least 8 bytes | Signs tokens. |\n");
  }
}
