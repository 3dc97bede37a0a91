package dev.parley.gateway.agent.builtin;

import java.util.ArrayList;
import java.util.List;

/**
 * The tasks of a run, and the thoughts before them.
 *
 * @param tasks at least one
 */
record Plan(List<String> thoughts, List<Task> tasks) {

  private static final int MAX_CHARACTERS = 10_000;
  private static final int MAX_TASKS = 20;

  private static final String HELP =
      "I am Parley's built-in assistant. I am not a language model: I follow fixed rules, in"
          + " English. I can calculate (\"what is 12*(34+5)?\"), convert units (\"convert 5 km to miles\"), count the words of a text (\"count the words in: to be or not to be\"), write a lot (\"write 20 kilobytes\"), tell the time and the date (\"what"
          + " time is it in Tokyo?\"), count (\"count slowly to 10\"), title"
          + " this conversation (\"call this conversation Sums\"), wait with a slow tool"
          + " (\"wait 3 seconds\") and call a tool that fails (\"fail\"). Ask for several things in"
          + " one message and I do them in order.";
  private static final String NO_TEXT =
      "I found no text to read. Send a string, a list of parts with \"text\", or an object with"
          + " \"text\", \"content\" or \"question\". ";

  static Plan of(UserQuestion question) {
    String text = question.text().orElse("");
    List<String> thoughts = new ArrayList<>();
    thoughts.add("I am not a language model: I look for phrases that I know. ");
    question.name().ifPresent(name -> thoughts.add("The context says that this is " + name + ". "));
    if (text.length() > MAX_CHARACTERS) {
      thoughts.add("The message is long: I read its first " + MAX_CHARACTERS + " characters. ");
    }
    List<Task> found = Phrases.tasks(text.substring(0, Math.min(MAX_CHARACTERS, text.length())));
    if (found.isEmpty()) {
      thoughts.add("I know none in this message, so I say what I can do.");
      return new Plan(
          thoughts, List.of(new Task.Explain(question.text().isEmpty() ? NO_TEXT + HELP : HELP)));
    }
    thoughts.add(counted(found.size()));
    return new Plan(thoughts, found.subList(0, Math.min(MAX_TASKS, found.size())));
  }

  private static String counted(int tasks) {
    if (tasks == 1) {
      return "There is one thing to do.";
    }
    return tasks <= MAX_TASKS
        ? "There are " + tasks + " things to do, one after the other."
        : "There are " + tasks + " things to do: I do the first " + MAX_TASKS + ".";
  }
}
