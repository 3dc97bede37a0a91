package dev.parley.gateway.agent.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.parley.gateway.agent.builtin.Task.Calculate;
import dev.parley.gateway.agent.builtin.Task.Convert;
import dev.parley.gateway.agent.builtin.Task.CountTo;
import dev.parley.gateway.agent.builtin.Task.Examine;
import dev.parley.gateway.agent.builtin.Task.Fail;
import dev.parley.gateway.agent.builtin.Task.TellTime;
import dev.parley.gateway.agent.builtin.Task.Wait;
import java.util.List;
import java.util.Random;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

@Test(groups = "unit")
public class PhrasesTest {

  @DataProvider
  public Object[][] sums() {
    return new Object[][] {
      {"what is 12*(34+5)?", "12*(34+5)"},
      {"Calculate 7", "7"},
      {"What’s 3 × 4 ÷ 2", "3 * 4 / 2"},
      {"please do 2x3.", "2*3"},
      {"3 plus 4 times 5", "3 + 4 * 5"},
      {"10 divided by 4 minus 1", "10 / 4 - 1"},
      {"2 to the power of 10", "2 ^ 10"},
      {"what is 2**8", "2^8"},
      {"5 squared + 1", "5^2 + 1"},
      {"15% of 80", "15/100*80"},
      {"1,234,567 + 1", "1234567 + 1"},
      {"the sum (that is 2+2) please", "2+2"},
      {"(2+2 is what?)", "2+2"},
      {"- 2+2", "2+2"},
      {"1. 2+2", "2+2"},
      {"2+2 - what else", "2+2"},
      {"what is 12*", "12*"},
      {"what is -5", "-5"},
      {"what is 12*(34+)?", "12*(34+)"},
      {"10 mod 3", "10 % 3"},
    };
  }

  @Test(dataProvider = "sums")
  public void findsArithmetic(String message, String expression) {
    assertThat(Phrases.tasks(message)).containsExactly(new Calculate(expression));
  }

  @DataProvider
  public Object[][] conversions() {
    return new Object[][] {
      {"convert 5 km to miles", new Convert("5", "km", "miles")},
      {"what is 72.5 °F in C?".replace("°", ""), new Convert("72.5", "F", "C")},
      {"convert -40 degrees celsius to fahrenheit", new Convert("-40", "celsius", "fahrenheit")},
      {"how many feet are there in 3 miles?", new Convert("3", "miles", "feet")},
      {"How many seconds are in a day", new Convert("1", "day", "seconds")},
      {"1,500 meters in km please", new Convert("1500", "meters", "km")},
    };
  }

  @Test(dataProvider = "conversions")
  public void findsConversions(String message, Task task) {
    assertThat(Phrases.tasks(message)).containsExactly(task);
  }

  public void findsTextsToExamineAsTheyAre() {
    assertThat(Phrases.tasks("count the words in \"2 plus 2\" and count slowly to 3"))
        .containsExactly(new Examine(Statistics.TextUnit.WORDS, "2 plus 2"), new CountTo(3));
    assertThat(Phrases.tasks("How many characters are in: a, b and 1,000"))
        .containsExactly(new Examine(Statistics.TextUnit.CHARACTERS, "a, b and 1,000"));
    assertThat(Phrases.tasks("\uE000 fail")).containsExactly(new Fail());
  }

  public void findsWhatIsToBeWritten() {
    assertThat(Phrases.tasks("write 20 kilobytes, then what is 1+1?"))
        .containsExactly(new Task.Write(20), new Calculate("1+1"));
  }

  @DataProvider
  public Object[][] times() {
    return new Object[][] {
      {"what time is it in Tokyo?", List.of("Tokyo")},
      {"what's the time in new york right now", List.of("New York")},
      {"What is the date in São Paulo.", List.of("São Paulo")},
      {"what day is it in London and Paris, and in Rome?", List.of("London", "Paris", "Rome")},
      {"time and date in the uk", List.of("UK")},
      {"what time is it?", List.of("UTC")},
      {"what is today's date", List.of("UTC")},
      {"tell me the current time in UTC+2", List.of("UTC+2")},
      {"what time is it in America/New_York", List.of("America/New_York")},
      {"what time is it in Atlantis and why?", List.of("Atlantis")},
    };
  }

  @Test(dataProvider = "times")
  public void findsTheTimeInPlaces(String message, List<String> places) {
    assertThat(Phrases.tasks(message)).isEqualTo(places.stream().<Task>map(TellTime::new).toList());
  }

  @DataProvider
  public Object[][] others() {
    return new Object[][] {
      {"count slowly to 20", new CountTo(20)},
      {"Count up to 3", new CountTo(3)},
      {"count from 1 to 1,000 slowly", new CountTo(1000)},
      {"wait 3 seconds", new Wait(3)},
      {"please wait for 10s", new Wait(10)},
      {"sleep 1 minute", new Wait(60)},
      {"Fail!", new Fail()},
    };
  }

  @Test(dataProvider = "others")
  public void findsCountingWaitingAndFailing(String message, Task task) {
    assertThat(Phrases.tasks(message)).containsExactly(task);
  }

  public void findsSeveralInTheirOrder() {
    assertThat(
            Phrases.tasks(
                "what is 12*(34+5)? and what time is it in Tokyo? then fail, wait 2 seconds,"
                    + " count slowly to 3 and 1+1"))
        .containsExactly(
            new Calculate("12*(34+5)"),
            new TellTime("Tokyo"),
            new Fail(),
            new Wait(2),
            new CountTo(3),
            new Calculate("1+1"));
  }

  @DataProvider
  public Object[][] nothing() {
    return new Object[][] {
      {""},
      {"hello there"},
      {"I am 42"},
      {"on 2026-11-23"},
      {"gpt-4 and covid-19"},
      {"count the words in this"},
      {"wait for me"},
      {"3 times a day"},
      {"failure is no option"},
      {"(1) one (2) two"},
      {"+++---***"},
    };
  }

  @Test(dataProvider = "nothing")
  public void findsNothingInOtherTalk(String message) {
    assertThat(Phrases.tasks(message)).isEmpty();
  }

  /** 300 random texts of 10,000 characters: no exception and no endless pattern. */
  public void readsAnyTextInReasonableTime() {
    String[] words = {
      "what", " ", "time", "is it", " in ", "and", "(", ")", "1", "-", ",", "x", "é"
    };
    Random random = new Random(7);
    for (int round = 0; round < 300; round++) {
      int variety = 1 + random.nextInt(words.length);
      StringBuilder text = new StringBuilder();
      while (text.length() < 10_000) {
        text.append(words[(round + random.nextInt(variety)) % words.length]);
      }
      assertThat(Phrases.tasks(text.toString())).isNotNull();
    }
  }
}
