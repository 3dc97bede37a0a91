package dev.parley.gateway.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.testng.IInvokedMethod;
import org.testng.IInvokedMethodListener;
import org.testng.ITestResult;

/**
 * Appends a byte to a file for each test that has run, so that a terminal can show how many: the
 * file that the system property {@code parley.test.progress} names, if it does.
 */
public final class Progress implements IInvokedMethodListener {

  private static final byte[] ONE = {'.'};

  private final String file = System.getProperty("parley.test.progress", "");

  @Override
  public synchronized void afterInvocation(IInvokedMethod method, ITestResult result) {
    if (file.isEmpty() || !method.isTestMethod()) {
      return;
    }
    try {
      Files.write(Path.of(file), ONE, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
