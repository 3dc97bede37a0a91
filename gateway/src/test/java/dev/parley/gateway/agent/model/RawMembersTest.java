package dev.parley.gateway.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class RawMembersTest {

  private static final String ODD =
      "{ \"a\" : 1.50e+3 ,\"\\u00e4\":\"\\u00e9\\ud83d\", \"o\":{\"x\" :[1, 2.0]},\"n\":null }";

  public void keepsAnObjectToTheCharacter() throws IOException {
    assertThat(RawMembers.parse(ODD)).hasToString(ODD);
  }

  public void keepsTheOtherMembersWhenOneIsSet() throws IOException {
    RawMembers members = RawMembers.parse(ODD);
    members.putText("o", "a\"b\n");
    assertThat(members)
        .hasToString("{\"a\":1.50e+3,\"ä\":\"\\u00e9\\ud83d\",\"o\":\"a\\\"b\\n\",\"n\":null}");
  }

  public void readsTexts() throws IOException {
    RawMembers members = RawMembers.parse(ODD);
    assertThat(members.text("ä")).hasValue("é\ud83d");
    assertThat(members.text("a")).isEmpty();
    assertThat(members.text("missing")).isEmpty();
    assertThat(members.get("o")).isEqualTo("{\"x\" :[1, 2.0]}");
  }

  @DataProvider
  public Object[][] broken() {
    return new Object[][] {
      {""},
      {"[]"},
      {"{\"a\":"},
      {"{} {}"},
      {"{\"a\":tru}"},
      {"[DONE]"},
      {"{\"a\":{\"b\":1,\"b\":2}}"}
    };
  }

  @Test(dataProvider = "broken")
  public void refusesWhatIsNotOneObject(String json) {
    assertThatThrownBy(() -> RawMembers.parse(json)).isInstanceOf(IOException.class);
  }
}
