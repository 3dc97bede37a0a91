package dev.parley.gateway.agent.builtin;

import dev.parley.gateway.agent.builtin.TaskOutcome.ToolCall;
import dev.parley.gateway.protocol.RawJson;
import dev.parley.gateway.protocol.Texts;
import java.time.Clock;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One task of a request. */
sealed interface Task {

  /** What the task will do, in words. */
  String plan();

  /** Performs the task at the time of the clock. */
  TaskOutcome perform(Clock clock);

  /** Arithmetic, with the tool {@code calculator}. */
  record Calculate(String expression) implements Task {

    @Override
    public String plan() {
      return "calculate " + Texts.cut(expression);
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      RawJson arguments = ToolJson.of("expression", expression);
      try {
        Fraction value = Expression.evaluate(expression);
        RawJson result =
            ToolJson.raw(
                ToolJson.object().put("value", value.text()).put("exact", value.isDecimal()));
        return TaskOutcome.of(
            ToolCall.ok("calculator", arguments, result),
            expression + (value.isDecimal() ? " = " : " ≈ ") + value.text());
      } catch (ExpressionException noValue) {
        String why = String.valueOf(noValue.getMessage());
        return TaskOutcome.of(
            ToolCall.error("calculator", arguments, why),
            "I could not calculate " + Texts.cut(expression) + ": " + why + ".");
      }
    }
  }

  /** Time and date in a place, with the tool {@code clock}. */
  record TellTime(String place) implements Task {

    private static final DateTimeFormatter DATE =
        DateTimeFormatter.ofPattern("EEEE, d MMMM uuuu", Locale.ENGLISH);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    @Override
    public String plan() {
      return "look up the time in " + Texts.cut(place);
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      return Zones.find(place)
          .map(zone -> tell(ZonedDateTime.ofInstant(clock.instant(), zone)))
          .orElseGet(this::unknown);
    }

    private TaskOutcome tell(ZonedDateTime now) {
      RawJson result =
          ToolJson.raw(
              ToolJson.object()
                  .put("zone", now.getZone().getId())
                  .put("date", now.toLocalDate().toString())
                  .put("time", now.toLocalTime().withNano(0).format(DateTimeFormatter.ISO_TIME))
                  .put("offset", now.getOffset().getId()));
      return TaskOutcome.of(
          ToolCall.ok("clock", ToolJson.of("zone", now.getZone().getId()), result),
          "In %s it is %s on %s.".formatted(place, TIME.format(now), DATE.format(now)));
    }

    private TaskOutcome unknown() {
      String error =
          Texts.expected("zone", place, "a city or zone, such as Tokyo, Europe/Berlin or UTC");
      return TaskOutcome.of(
          ToolCall.error("clock", ToolJson.of("zone", Texts.cut(place)), error),
          "I do not know the time zone of " + Texts.cut(place) + ".");
    }
  }

  /** Counting, without a tool. */
  record CountTo(int to) implements Task {

    private static final int MAX = 1000;

    @Override
    public String plan() {
      return "count to " + to;
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      if (to < 1 || to > MAX) {
        return TaskOutcome.of(
            "I do not count to " + to + ", only to a whole number from 1 to " + MAX + ".");
      }
      List<String> numbers = new ArrayList<>(to);
      for (int i = 1; i <= to; i++) {
        numbers.add(i == to ? i + "." : i + " ");
      }
      return new TaskOutcome(null, numbers);
    }
  }

  /** Conversion of units, with the tool {@code converter}. */
  record Convert(String value, String from, String to) implements Task {

    @Override
    public String plan() {
      return "convert " + value + " " + from + " to " + to;
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      RawJson arguments =
          ToolJson.raw(ToolJson.object().put("value", value).put("from", from).put("to", to));
      return Units.convert(value, from, to)
          .map(
              converted ->
                  TaskOutcome.of(
                      ToolCall.ok("converter", arguments, ToolJson.of("value", converted)),
                      value + " " + from + " is " + converted + " " + to + "."))
          .orElseGet(
              () ->
                  TaskOutcome.of(
                      ToolCall.error(
                          "converter",
                          arguments,
                          Texts.expected("to", to, "a unit of what " + from + " measures")),
                      "I cannot convert " + from + " to " + to + "."));
    }
  }

  /** Counting in a text, with the tool {@code text_statistics}. */
  record Examine(Statistics.TextUnit kind, String text) implements Task {

    @Override
    public String plan() {
      return "count the " + kind.name().toLowerCase(Locale.ROOT) + " of a text";
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      Statistics found = Statistics.of(text);
      RawJson result =
          ToolJson.raw(
              ToolJson.object()
                  .put("words", found.words())
                  .put("characters", found.characters())
                  .put("letters", found.letters())
                  .put("sentences", found.sentences())
                  .put("lines", found.lines()));
      long number = found.of(kind);
      String word = kind.name().toLowerCase(Locale.ROOT);
      String counted =
          number == 1
              ? "is 1 " + word.substring(0, word.length() - 1)
              : "are " + number + " " + word;
      return TaskOutcome.of(
          ToolCall.ok("text_statistics", ToolJson.of("text", text), result),
          "There " + counted + " in that text.");
    }
  }

  /** Writing many kilobytes of text, without a tool. */
  record Write(int kilobytes) implements Task {

    private static final int MAX = 4096;
    private static final int KILOBYTE = 1024;

    @Override
    public String plan() {
      return "write " + kilobytes + " kilobytes";
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      if (kilobytes < 1 || kilobytes > MAX) {
        return TaskOutcome.of("I write 1 to " + MAX + " kilobytes, not " + kilobytes + ".");
      }
      List<String> pieces = new ArrayList<>(kilobytes);
      for (int i = 1; i <= kilobytes; i++) {
        String head = "Kilobyte " + i + " of " + kilobytes + ": ";
        pieces.add(head + "x".repeat(KILOBYTE - head.length() - 1) + (i < kilobytes ? " " : "."));
      }
      return new TaskOutcome(null, pieces, kilobytes + " kilobytes");
    }
  }

  /** A slow tool, {@code wait}. */
  record Wait(int seconds) implements Task {

    private static final int MAX_SECONDS = 60;

    @Override
    public String plan() {
      return "wait " + inWords();
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      RawJson arguments = ToolJson.of("seconds", seconds);
      if (seconds < 1 || seconds > MAX_SECONDS) {
        String error = Texts.expected("seconds", Integer.toString(seconds), "1 to " + MAX_SECONDS);
        return TaskOutcome.of(
            ToolCall.error("wait", arguments, error),
            "I wait " + MAX_SECONDS + " seconds at most, so I did not wait " + inWords() + ".");
      }
      ToolCall call = ToolCall.ok("wait", arguments, ToolJson.of("waited_seconds", seconds));
      return TaskOutcome.of(
          call.taking(Duration.ofSeconds(seconds)), "I have waited " + inWords() + ".");
    }

    private String inWords() {
      return seconds == 1 ? "1 second" : seconds + " seconds";
    }
  }

  /** A title for the conversation: no tool. */
  record Entitle(String title) implements Task {

    @Override
    public String plan() {
      return "set the title of this conversation";
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      return TaskOutcome.titled(title, "This conversation is now called " + Texts.cut(title) + ".");
    }
  }

  /** A fixed answer. */
  record Explain(String text) implements Task {

    @Override
    public String plan() {
      return "say what I can do";
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      return TaskOutcome.of(text);
    }
  }

  /** A tool that fails, {@code fail}. */
  record Fail() implements Task {

    @Override
    public String plan() {
      return "call a tool that fails";
    }

    @Override
    public TaskOutcome perform(Clock clock) {
      return TaskOutcome.of(
          ToolCall.error("fail", RawJson.of("{}"), "This tool always fails."),
          "The tool failed, as you asked; the rest of the answer follows.");
    }
  }
}
