package dev.parley.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.contract.Call;
import dev.parley.gateway.protocol.RefusedException;
import java.util.List;
import java.util.Map;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class EndpointIndexTest {

  private record Named(String path) implements ImmediateEndpoint {
    @Override
    public List<Call> calls() {
      return List.of();
    }

    @Override
    public Response respond(Request request) {
      return Response.of(200);
    }
  }

  private final EndpointIndex paths =
      new EndpointIndex(
          List.of(
              new Named("/"),
              new Named("/things"),
              new Named("/things/{id}"),
              new Named("/things/first"),
              new Named("/things/{id}/parts/{part}")));

  @DataProvider
  public Object[][] known() {
    return new Object[][] {
      {"/", "/", Map.of()},
      {"/things", "/things", Map.of()},
      {"/things/first", "/things/first", Map.of()},
      {"/things/second", "/things/{id}", Map.of("id", "second")},
      {"/things/%41%c3%a9%2F", "/things/{id}", Map.of("id", "Aé/")},
      {"/things/1/parts/a:b", "/things/{id}/parts/{part}", Map.of("id", "1", "part", "a:b")},
    };
  }

  @Test(dataProvider = "known")
  public void aPathLeadsToItsEndpoint(String path, String template, Map<String, String> values) {
    PathMatch found = paths.find(path).orElseThrow();
    assertThat(found.endpoint().path()).isEqualTo(template);
    assertThat(found.parameters()).isEqualTo(values);
  }

  @DataProvider
  public Object[] unknown() {
    return new Object[] {
      "", "//", "/Things", "/things/", "/things//parts/1", "/things/1/parts", "/things/1/parts/2/3"
    };
  }

  @Test(dataProvider = "unknown")
  public void anyOtherPathHasNoEndpoint(String path) {
    assertThat(paths.find(path)).isEmpty();
  }

  @DataProvider
  public Object[] malformed() {
    return new Object[] {"%", "%4", "%zz", "%-1", "%c0%af", "%ff", "é", "a b", "\u0001"};
  }

  @Test(dataProvider = "malformed")
  public void whatCannotBeDecodedIsRefused(String segment) {
    assertThatThrownBy(() -> paths.find("/things/" + segment))
        .isInstanceOf(RefusedException.class)
        .hasMessageStartingWith("path: ");
  }

  public void twoTemplatesThatMatchTheSamePathsAreRefused() {
    assertThatThrownBy(() -> new EndpointIndex(List.of(new Named("/a/{b}"), new Named("/a/{c}"))))
        .hasMessage("endpoint: /a/{c} (expected: one endpoint for a path)");
  }
}
