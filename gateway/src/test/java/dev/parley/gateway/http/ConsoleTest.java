package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class ConsoleTest {

  public void servesEveryFileOfTheConsole() throws IOException, URISyntaxException {
    Path index = Path.of(Console.class.getResource("/console/index.html").toURI());
    Path folder = index.resolveSibling(".").normalize();
    try (Stream<Path> files = Files.walk(folder).filter(Files::isRegularFile)) {
      assertThat(files.map(file -> "/" + folder.relativize(file)).map(ConsoleTest::path))
          .containsExactlyInAnyOrderElementsOf(served());
    }
  }

  private static List<String> served() {
    return Console.files().stream()
        .map(ImmediateEndpoint::path)
        .filter(path -> !path.startsWith("/vendor/"))
        .toList();
  }

  private static String path(String file) {
    return switch (file) {
      case "/index.html" -> "/";
      case "/dashboard.html" -> "/dashboard";
      default -> file;
    };
  }

  public void eachPageIsOnItsSideAndWhatTheyShareIsOnBoth() {
    assertThat(sides(Side.USERS))
        .contains("/", "/style/base.css", "/parley.js")
        .noneMatch(ConsoleTest::isOfDashboard);
    assertThat(sides(Side.OPERATORS))
        .contains("/dashboard", "/dashboard/main.js", "/page/dom.js", "/vendor/uplot.js")
        .doesNotContain("/");
  }

  private static boolean isOfDashboard(String path) {
    return path.startsWith("/dashboard");
  }

  private static List<String> sides(Side side) {
    return Console.files().stream()
        .filter(file -> side.serves(file.side()))
        .map(ImmediateEndpoint::path)
        .toList();
  }

  public void namesTheContentTypeOfEachFile() {
    Exchange console = Exchange.ready(Console.files().toArray(ImmediateEndpoint[]::new));
    assertThat(console.get("/").header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(console.get("/parley.js").header("content-type"))
        .isEqualTo("text/javascript; charset=utf-8");
    assertThat(console.get("/style/base.css").header("content-type"))
        .isEqualTo("text/css; charset=utf-8");
    assertThat(console.get("/icon.svg").header("content-type")).isEqualTo("image/svg+xml");
  }

  public void servesTheLibrariesOfTheirWebJars() {
    Exchange console = Exchange.ready(Console.files().toArray(ImmediateEndpoint[]::new));
    assertThat(console.get("/vendor/markdown-it.js").body()).contains("markdownit");
    assertThat(console.get("/vendor/uplot.js").body()).contains("var uPlot=");
    assertThat(console.get("/vendor/uplot.css").body()).contains(".u-over");
  }
}
