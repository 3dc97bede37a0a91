package dev.parley.gateway.user.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.protocol.Texts;
import dev.parley.gateway.user.run.TextFlow.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class TextFlowTest {

  private static final String SMILE = "\uD83D\uDE00";
  private static final String HIGH = "\uD83D";
  private static final String LOW = "\uDE00";

  private final Random random = new Random(7);

  public void eachPieceKnowsWhereItBegins() {
    TextFlow flow = new TextFlow();
    assertThat(flow.take("ab")).containsExactly(new Piece(0, "ab"));
    assertThat(flow.take(SMILE)).containsExactly(new Piece(2, SMILE));
    assertThat(flow.take("c")).containsExactly(new Piece(4, "c"));
  }

  public void anEmptyTextIsNoPiece() {
    TextFlow flow = new TextFlow();
    assertThat(flow.take("")).isEmpty();
    assertThat(flow.finish()).isEmpty();
  }

  public void aPairThatTheAgentSplitsIsPutTogether() {
    TextFlow flow = new TextFlow();
    assertThat(flow.take("a" + HIGH)).containsExactly(new Piece(0, "a"));
    assertThat(flow.take(LOW + "b")).containsExactly(new Piece(1, SMILE + "b"));
  }

  public void aHalfThatStaysAloneIsReplaced() {
    TextFlow flow = new TextFlow();
    assertThat(flow.take(HIGH)).isEmpty();
    assertThat(flow.take("x")).containsExactly(new Piece(0, "\uFFFDx"));
    assertThat(flow.take(LOW)).containsExactly(new Piece(2, "\uFFFD"));
    assertThat(flow.take(HIGH)).isEmpty();
    assertThat(flow.finish()).containsExactly(new Piece(3, "\uFFFD"));
  }

  public void aLongTextIsCutBetweenCharacters() {
    TextFlow flow = new TextFlow();
    List<Piece> pieces = flow.take("x" + SMILE.repeat(40_000));
    assertThat(pieces).hasSizeGreaterThan(2);
    assertThat(pieces).allMatch(piece -> piece.text().length() <= 32 * 1024);
    assertThat(pieces).noneMatch(piece -> Character.isLowSurrogate(piece.text().charAt(0)));
    assertThat(String.join("", pieces.stream().map(Piece::text).toList()))
        .isEqualTo("x" + SMILE.repeat(40_000));
  }

  public void whateverIsPutInNothingIsLostAndNoHalfIsLeft() {
    for (int round = 0; round < 2000; round++) {
      TextFlow flow = new TextFlow();
      StringBuilder in = new StringBuilder();
      List<Piece> out = new ArrayList<>();
      for (int i = random.nextInt(20); i > 0; i--) {
        String next = List.of("", "a", "é", SMILE, HIGH, LOW).get(random.nextInt(6));
        in.append(next);
        out.addAll(random.nextInt(5) == 0 ? flow.finish() : List.of());
        out.addAll(flow.take(next));
      }
      out.addAll(flow.finish());
      judge(in.length(), out);
    }
  }

  private static void judge(long length, List<Piece> pieces) {
    long offset = 0;
    for (Piece piece : pieces) {
      assertThat(piece.offset()).isEqualTo(offset);
      assertThat(piece.text()).isNotEmpty();
      assertThat(Texts.whole(piece.text())).isEqualTo(piece.text());
      offset += piece.text().length();
    }
    assertThat(offset).isEqualTo(length);
  }

  public void cleanTextIsLeftAsItIs() {
    String text = "a" + SMILE + "b";
    assertThat(Texts.whole(text)).isSameAs(text);
    assertThat(Texts.whole(LOW + HIGH)).isEqualTo("\uFFFD\uFFFD");
  }
}
