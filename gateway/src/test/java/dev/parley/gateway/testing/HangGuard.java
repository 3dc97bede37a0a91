package dev.parley.gateway.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.testng.IInvokedMethod;
import org.testng.IInvokedMethodListener;
import org.testng.ITestResult;

/**
 * Names a test that hangs: writes it, with the stacks of all threads, to the file that the system
 * property {@code parley.test.hang} names, and interrupts it. If it does not end then either, the
 * process ends. Does nothing without the property.
 */
public final class HangGuard implements IInvokedMethodListener {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(30);

  private final String file = System.getProperty("parley.test.hang", "");
  private final Map<Thread, Thread> watches = new ConcurrentHashMap<>();

  @Override
  public void beforeInvocation(IInvokedMethod method, ITestResult result) {
    if (!file.isEmpty()) {
      String name = result.getTestClass().getName() + "#" + method.getTestMethod().getMethodName();
      Thread test = Thread.currentThread();
      watches.put(test, watch(name, test, Path.of(file), LIMIT, HangGuard::end));
    }
  }

  @Override
  public void afterInvocation(IInvokedMethod method, ITestResult result) {
    Thread watch = watches.remove(Thread.currentThread());
    if (watch != null) {
      watch.interrupt();
    }
  }

  /** A started thread that does this until it is interrupted. */
  static Thread watch(String name, Thread test, Path file, Duration limit, Runnable end) {
    Thread watch =
        new Thread(
            () -> {
              try {
                Thread.sleep(limit.toMillis());
                write(name, test, file, limit);
                test.interrupt();
                Thread.sleep(Math.min(limit.toMillis(), AFTER_INTERRUPT.toMillis()));
                end.run();
              } catch (InterruptedException e) {
                // The test has ended.
              }
            },
            "hang-guard");
    watch.setDaemon(true);
    watch.start();
    return watch;
  }

  private static void write(String name, Thread test, Path file, Duration limit) {
    StringBuilder text = new StringBuilder();
    text.append("still running after ").append(limit).append(": ").append(name).append('\n');
    text.append(stack(test, test.getStackTrace()));
    Thread.getAllStackTraces()
        .forEach((thread, stack) -> text.append(thread == test ? "" : stack(thread, stack)));
    try {
      Files.writeString(file, text, UTF_8);
    } catch (IOException e) {
      System.err.println(text);
    }
  }

  private static String stack(Thread thread, StackTraceElement[] stack) {
    return Arrays.stream(stack)
        .map(each -> "    at " + each + "\n")
        .collect(Collectors.joining("", thread.getName() + " " + thread.getState() + "\n", ""));
  }

  private static void end() {
    Runtime.getRuntime().halt(1);
  }
}
