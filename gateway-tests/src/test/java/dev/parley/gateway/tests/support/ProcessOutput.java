package dev.parley.gateway.tests.support;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lines that a child process prints. A separate thread reads them until the process ends. */
public final class ProcessOutput {
  private final List<String> lines = new ArrayList<>();
  private boolean ended;

  public ProcessOutput(Process process) {
    Thread reader = new Thread(() -> read(process), "output of " + process.pid());
    reader.setDaemon(true);
    reader.start();
  }

  private void read(Process process) {
    try (BufferedReader in = process.inputReader()) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(" + e + ")");
    }
    end();
  }

  private synchronized void add(String line) {
    lines.add(line);
    notifyAll();
  }

  private synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** Waits for the first printed line that contains this pattern. */
  public synchronized Matcher await(Pattern pattern) {
    long deadline = System.nanoTime() + Bounds.TIMEOUT.toNanos();
    try {
      while (true) {
        for (String line : lines) {
          Matcher matcher = pattern.matcher(line);
          if (matcher.find()) {
            return matcher;
          }
        }
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        if (ended || millis <= 0) {
          throw new AssertionError("awaited: " + pattern + "; output:\n" + this);
        }
        wait(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Waits, up to the bound, until the process ends; returns the output so far. */
  synchronized String whole() {
    long deadline = System.nanoTime() + Bounds.TIMEOUT.toNanos();
    try {
      long millis = Bounds.TIMEOUT.toMillis();
      while (!ended && millis > 0) {
        wait(millis);
        millis = (deadline - System.nanoTime()) / 1_000_000;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
    return toString();
  }

  @Override
  public synchronized String toString() {
    return String.join("\n", lines);
  }
}
