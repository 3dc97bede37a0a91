package dev.parley.gateway.agent.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.parley.gateway.agent.model.ServiceJson;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** No argument of a model changes where a tool is called. */
@Test(groups = "unit")
public class UrlTemplateTest {

  private static final String URL = "https://api.example:8443/v1/{city}/days?n={n}&fixed=1";

  private static ObjectNode object(String json) {
    return (ObjectNode) ServiceJson.read(json).orElseThrow();
  }

  private static String fill(String url, String arguments) {
    return UrlTemplate.PARSER.parse(url).orElseThrow().fill(object(arguments)).toString();
  }

  @DataProvider
  public Object[][] filled() {
    return new Object[][] {
      {"{\"city\":\"Oslo\",\"n\":3}", "/v1/Oslo/days?n=3&fixed=1"},
      {"{\"city\":\"a/b?c#d&e%2F\"}", "/v1/a%2Fb%3Fc%23d%26e%252F/days?fixed=1"},
      {"{\"city\":\"São\",\"n\":\"1&x=2 +\"}", "/v1/S%C3%A3o/days?n=1%26x%3D2%20%2B&fixed=1"},
      {"{\"city\":true,\"n\":1.50}", "/v1/true/days?n=1.50&fixed=1"},
      {"{\"city\":\"@evil.example\"}", "/v1/%40evil.example/days?fixed=1"},
      {"{\"city\":\"\\r\\nHost: x\"}", "/v1/%0D%0AHost%3A%20x/days?fixed=1"},
    };
  }

  @Test(dataProvider = "filled")
  public void valuesAreEncodedWhole(String arguments, String pathAndQuery) {
    assertThat(fill(URL, arguments)).isEqualTo("https://api.example:8443" + pathAndQuery);
  }

  @DataProvider
  public Object[] refusedArguments() {
    return new Object[] {
      "{}",
      "{\"city\":\"\"}",
      "{\"city\":\"..\"}",
      "{\"city\":\".\"}",
      "{\"city\":null}",
      "{\"city\":[1]}",
      "{\"city\":\"x\",\"n\":{}}",
      "{\"city\":\"\\ud800\"}",
    };
  }

  @Test(dataProvider = "refusedArguments")
  public void whatFitsIntoNoAddressIsNamed(String arguments) {
    assertThatThrownBy(() -> fill(URL, arguments))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: a text, number or boolean");
  }

  public void usedArgumentsAreRemoved() {
    ObjectNode arguments = object("{\"city\":\"x\",\"other\":1}");
    UrlTemplate.PARSER.parse(URL).orElseThrow().fill(arguments);
    assertThat(arguments).hasToString("{\"other\":1}");
  }

  @DataProvider
  public Object[] refusedUrls() {
    return new Object[] {
      "https://{host}/x",
      "https://api.example:{port}/x",
      "{scheme}://api.example/x",
      "https://{user}@api.example/x",
      "https://api.example/a{b}",
      "https://api.example/{a}{b}",
      "https://api.example/x?{name}=1",
      "https://api.example/x?{all}",
      "https://api.example/x?a=b{c}",
      "https://api.example/x#{f}",
      "https://user:pass@api.example/x",
      "ftp://api.example/x",
      "api.example/x",
    };
  }

  @Test(dataProvider = "refusedUrls")
  public void variablesStandOnlyForWholeSegmentsAndValues(String url) {
    assertThat(UrlTemplate.PARSER.parse(url)).isEmpty();
  }

  public void anAddressNeedsNoPath() {
    assertThat(fill("http://127.0.0.1:1?q={q}", "{\"q\":\"a\"}"))
        .isEqualTo("http://127.0.0.1:1?q=a");
    assertThat(fill("http://127.0.0.1:1", "{}")).isEqualTo("http://127.0.0.1:1");
  }
}
