package dev.parley.gateway.tests.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.tests.support.TestFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class SurefireFailuresTest {

  public void classesWithFailuresOrErrorsAreNamed() throws IOException {
    try (TestFolder folder = new TestFolder()) {
      write(folder.path(), "TEST-Good.xml", "errors=\"0\" skipped=\"2\" failures=\"0\"");
      write(folder.path(), "TEST-Bad.xml", "errors=\"0\" skipped=\"0\" failures=\"3\"");
      write(folder.path(), "TEST-Unloadable.xml", "errors=\"1\" skipped=\"0\" failures=\"0\"");
      write(folder.path(), "other.xml", "failures=\"1\"");
      assertThat(SurefireFailures.in(folder.path()))
          .containsExactly("failed: 3 of TEST-Bad.xml", "failed: 1 of TEST-Unloadable.xml");
    }
  }

  public void aBuildWithoutReportsHasNoFailures() {
    try (TestFolder folder = new TestFolder()) {
      assertThat(SurefireFailures.in(folder.path().resolve("missing"))).isEmpty();
    }
  }

  private static void write(Path folder, String name, String counts) throws IOException {
    Files.writeString(
        folder.resolve(name),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuite name=\"x\" tests=\"9\" "
            + counts
            + "><testcase name=\"y\"/></testsuite>\n");
  }
}
