package dev.parley.gateway.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.parley.gateway.protocol.RawJson;
import java.util.List;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class NotesCodecTest {

  private static RawJson note(String json) {
    return RawJson.checked(json.getBytes(UTF_8));
  }

  public void eachNoteComesAfterItsLength() {
    assertThat(NotesCodec.encode(List.of(note("[1, 2]"), note("7"))))
        .isEqualTo("\0\0\0\6[1, 2]\0\0\0\0017".getBytes(ISO_8859_1));
  }

  @DataProvider
  public Object[] notes() {
    return new Object[] {
      List.of(),
      List.of(note("7")),
      List.of(note("")),
      List.of(note("{ \"a\" : \"é\" }"), note("1.50"), note("\"" + "n".repeat(70_000) + "\"")),
    };
  }

  @Test(dataProvider = "notes")
  public void notesAreReadAsTheyWereWritten(List<RawJson> notes) {
    List<RawJson> read = NotesCodec.decode(NotesCodec.encode(notes));
    assertThat(read).isEqualTo(notes).allMatch(RawJson::isChecked);
  }

  @DataProvider
  public Object[] damaged() {
    return new Object[] {
      "\0", "\0\0\0", "\0\0\0\1", "\0\0\0\0027", "\0\0\0\0017\0\0", "\u00ff\u00ff\u00ff\u00ff7",
    };
  }

  @Test(dataProvider = "damaged")
  public void anythingElseIsRefused(String hidden) {
    byte[] bytes = hidden.getBytes(ISO_8859_1);
    assertThatThrownBy(() -> NotesCodec.decode(bytes))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("notes: cut at " + bytes.length + " bytes (expected: what was stored)");
  }
}
