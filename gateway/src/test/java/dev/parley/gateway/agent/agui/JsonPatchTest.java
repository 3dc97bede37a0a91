package dev.parley.gateway.agent.agui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.parley.gateway.agent.agui.JsonPatch.PatchException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/** RFC 6902: the examples of its appendix A, its errors, and patches that want to do harm. */
@Test(groups = "unit")
public class JsonPatchTest {

  private static final int MAX = 1000;

  private static JsonNode json(String text) {
    return AguiJson.value(AguiPlay.json(text)).orElseThrow();
  }

  private static JsonNode patched(String value, String patch) throws PatchException {
    return JsonPatch.apply(json(value), json(patch), MAX);
  }

  @DataProvider
  public Object[][] examples() {
    return new Object[][] {
      {
        "A.1",
        "{'foo':'bar'}",
        "[{'op':'add','path':'/baz','value':'qux'}]",
        "{'baz':'qux','foo':'bar'}"
      },
      {
        "A.2",
        "{'foo':['bar','baz']}",
        "[{'op':'add','path':'/foo/1','value':'qux'}]",
        "{'foo':['bar','qux','baz']}"
      },
      {"A.3", "{'baz':'qux','foo':'bar'}", "[{'op':'remove','path':'/baz'}]", "{'foo':'bar'}"},
      {
        "A.4",
        "{'foo':['bar','qux','baz']}",
        "[{'op':'remove','path':'/foo/1'}]",
        "{'foo':['bar','baz']}"
      },
      {
        "A.5",
        "{'baz':'qux','foo':'bar'}",
        "[{'op':'replace','path':'/baz','value':'boo'}]",
        "{'baz':'boo','foo':'bar'}"
      },
      {
        "A.6",
        "{'foo':{'bar':'baz','waldo':'fred'},'qux':{'corge':'grault'}}",
        "[{'op':'move','from':'/foo/waldo','path':'/qux/thud'}]",
        "{'foo':{'bar':'baz'},'qux':{'corge':'grault','thud':'fred'}}"
      },
      {
        "A.7",
        "{'foo':['all','grass','cows','eat']}",
        "[{'op':'move','from':'/foo/1','path':'/foo/3'}]",
        "{'foo':['all','cows','eat','grass']}"
      },
      {
        "A.8",
        "{'baz':'qux','foo':['a',2,'c']}",
        "[{'op':'test','path':'/baz','value':'qux'},{'op':'test','path':'/foo/1','value':2}]",
        "{'baz':'qux','foo':['a',2,'c']}"
      },
      {
        "A.10",
        "{'foo':'bar'}",
        "[{'op':'add','path':'/child','value':{'grandchild':{}}}]",
        "{'foo':'bar','child':{'grandchild':{}}}"
      },
      {
        "A.11",
        "{'foo':'bar'}",
        "[{'op':'add','path':'/baz','value':'qux','xyz':123}]",
        "{'foo':'bar','baz':'qux'}"
      },
      {"A.14", "{'/':9,'~1':10}", "[{'op':'test','path':'/~01','value':10}]", "{'/':9,'~1':10}"},
      {
        "A.16",
        "{'foo':['bar']}",
        "[{'op':'add','path':'/foo/-','value':['abc','def']}]",
        "{'foo':['bar',['abc','def']]}"
      },
      {"the whole value", "{'a':1}", "[{'op':'add','path':'','value':[1]}]", "[1]"},
      {"the whole value again", "{'a':1}", "[{'op':'replace','path':'','value':2}]", "2"},
      {"an empty name", "{'':1,'a':2}", "[{'op':'remove','path':'/'}]", "{'a':2}"},
      {"an element", "[1,2,3]", "[{'op':'replace','path':'/1','value':9}]", "[1,9,3]"},
      {
        "a copy",
        "{'a':[1]}",
        "[{'op':'copy','from':'/a','path':'/b'},{'op':'add','path':'/b/-','value':2}]",
        "{'a':[1],'b':[1,2]}"
      },
      {"a move onto itself", "{'a':1}", "[{'op':'move','from':'/a','path':'/a'}]", "{'a':1}"},
      {
        "a value in place of another",
        "{'a':1}",
        "[{'op':'add','path':'/a','value':null}]",
        "{'a':null}"
      },
      {
        "numbers of one value",
        "{'a':[1.0,10]}",
        "[{'op':'test','path':'','value':{'a':[1,1e1]}}]",
        "{'a':[1.0,10]}"
      },
      {"no operation", "{'a':1}", "[]", "{'a':1}"},
    };
  }

  @Test(dataProvider = "examples")
  public void aPatchIsApplied(String name, String value, String patch, String result)
      throws PatchException {
    assertThat(patched(value, patch)).as(name).isEqualTo(json(result));
  }

  @DataProvider
  public Object[][] mistakes() {
    return new Object[][] {
      {"A.9", "{'baz':'qux'}", "[{'op':'test','path':'/baz','value':'bar'}]"},
      {"A.12", "{'foo':'bar'}", "[{'op':'add','path':'/baz/bat','value':'qux'}]"},
      {"A.15", "{'/':9,'~1':10}", "[{'op':'test','path':'/~01','value':'10'}]"},
      {"no list", "{}", "{'op':'remove','path':'/a'}"},
      {"no object", "{}", "[1]"},
      {"no operation", "{}", "[{'path':'/a'}]"},
      {"another operation", "{'a':1}", "[{'op':'erase','path':'/a'}]"},
      {"no path", "{}", "[{'op':'add','value':1}]"},
      {"no pointer", "{'a':1}", "[{'op':'remove','path':'a'}]"},
      {"a tilde alone", "{'a~':1}", "[{'op':'remove','path':'/a~'}]"},
      {"no value", "{}", "[{'op':'add','path':'/a'}]"},
      {"nothing to remove", "{}", "[{'op':'remove','path':'/a'}]"},
      {"nothing to replace", "{}", "[{'op':'replace','path':'/a','value':1}]"},
      {"nothing to copy", "{}", "[{'op':'copy','from':'/a','path':'/b'}]"},
      {"from nowhere", "{'a':1}", "[{'op':'move','path':'/b'}]"},
      {"into itself", "{'a':{'b':1}}", "[{'op':'move','from':'/a','path':'/a/b/c'}]"},
      {"the whole value", "{'a':1}", "[{'op':'remove','path':''}]"},
      {"after the end", "[1]", "[{'op':'add','path':'/2','value':1}]"},
      {"no element after the last", "[1]", "[{'op':'remove','path':'/-'}]"},
      {"a zero before", "[1,2]", "[{'op':'remove','path':'/01'}]"},
      {"a sign", "[1,2]", "[{'op':'remove','path':'/+1'}]"},
      {"no index", "[1,2]", "[{'op':'remove','path':'/a'}]"},
      {"a large index", "[1,2]", "[{'op':'remove','path':'/99999999999999999999'}]"},
      {"in a text", "{'a':'b'}", "[{'op':'add','path':'/a/b','value':1}]"},
      {
        "the second is wrong",
        "{'a':1}",
        "[{'op':'remove','path':'/a'},{'op':'remove','path':'/a'}]"
      },
    };
  }

  @Test(dataProvider = "mistakes")
  public void aWrongPatchChangesNothing(String name, String value, String patch) {
    JsonNode before = json(value);
    PatchException refused = refused(before, json(patch));
    assertThat(refused.isTooLarge()).as(name).isFalse();
    assertThat(before).as(name).isEqualTo(json(value));
  }

  private static PatchException refused(JsonNode value, JsonNode patch) {
    return catchThrowableOfType(PatchException.class, () -> JsonPatch.apply(value, patch, MAX));
  }

  private static JsonNode patch(List<String> operations) {
    return json("[" + String.join(",", operations) + "]");
  }

  public void aValueThatGrowsByCopiesOfItselfIsTooLarge() {
    String copy = "{'op':'copy','from':'','path':'/a'}";
    assertThat(refused(json("{'a':'xxxxxxxxxx'}"), patch(Collections.nCopies(100, copy))))
        .hasMessageContaining("levels");
    String more = "{'op':'copy','from':'/a','path':'/a/-'}";
    assertThat(refused(json("{'a':['xxxxxxxxxx']}"), patch(Collections.nCopies(30, more))))
        .extracting(PatchException::isTooLarge)
        .isEqualTo(true);
    assertThat(
            refused(
                json("{}"), json("[{'op':'add','path':'/a','value':'" + "x".repeat(MAX) + "'}]")))
        .extracting(PatchException::isTooLarge)
        .isEqualTo(true);
  }

  public void whatIsTakenAwayMakesRoomAgain() throws PatchException {
    List<String> operations = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      operations.add("{'op':'add','path':'/a','value':'" + "x".repeat(500) + "'}");
      operations.add("{'op':'add','path':'/l/0','value':'" + "y".repeat(400) + "'}");
      operations.add("{'op':'remove','path':'/l/0'}");
      operations.add("{'op':'replace','path':'/a','value':1}");
    }
    assertThat(JsonPatch.apply(json("{'l':[]}"), patch(operations), MAX))
        .isEqualTo(json("{'l':[],'a':1}"));
  }

  public void endlessWorkIsRefused() {
    String large = "{'a':'" + "x".repeat(400) + "'}";
    List<String> copies = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      copies.add("{'op':'copy','from':'/a','path':'/b'}");
      copies.add("{'op':'remove','path':'/b'}");
    }
    assertThat(refused(json(large), patch(copies))).hasMessageContaining("less to copy");
    List<String> moves = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      moves.add("{'op':'move','from':'/a','path':'/b'}");
      moves.add("{'op':'move','from':'/b','path':'/a'}");
    }
    assertThat(refused(json(large), patch(moves))).hasMessageContaining("less to copy");
    String test = "{'op':'test','path':'/a','value':'" + "x".repeat(400) + "'}";
    assertThat(refused(json(large), patch(Collections.nCopies(100, test)))).isNotNull();
    String some = "{'op':'add','path':'/a','value':1}";
    int max = JsonPatch.MAX_OPERATIONS;
    assertThat(refused(json("{}"), patch(Collections.nCopies(max + 1, some))))
        .hasMessageContaining("operations");
  }

  public void aValueThatGrowsDeepIsRefused() {
    assertThat(
            refused(json("{}"), json("[{'op':'add','path':'" + "/a".repeat(70) + "','value':1}]")))
        .hasMessageContaining("steps");
    List<String> deeper = Collections.nCopies(100, "{'op':'add','path':'','value':{'a':1}}");
    assertThat(refused(json("{}"), patch(deeper))).isNull();
    List<String> moves = new ArrayList<>();
    for (int i = 0; i < 70; i++) {
      moves.add("{'op':'add','path':'" + "/a".repeat(i + 1) + "','value':{}}");
    }
    assertThat(refused(json("{}"), patch(moves))).isNotNull();
    String half = "{'a':".repeat(40) + "1" + "}".repeat(40);
    String copy = "[{'op':'copy','from':'','path':'" + "/a".repeat(40) + "'}]";
    assertThat(refused(json(half), json(copy))).hasMessageContaining("levels");
  }
}
