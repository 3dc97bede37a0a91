package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * CPU time of another JVM without its JIT compilers, which run for minutes after a start and would
 * hide the cost of the work itself. Without {@code /proc} the compilers are included.
 */
final class CpuTime {

  /** {@code /proc} counts in hundredths of a second, independent of the kernel's tick. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Index of the user time after the name; the system time is next. */
  private static final int USER = 11;

  private CpuTime() {}

  static long nanos(ProcessHandle process) {
    long all = process.info().totalCpuDuration().orElseThrow().toNanos();
    return all - compilers(Path.of("/proc", Long.toString(process.pid()), "task"));
  }

  private static long compilers(Path threads) {
    if (!Files.isDirectory(threads)) {
      return 0;
    }
    try (Stream<Path> each = Files.list(threads)) {
      return each.mapToLong(CpuTime::ofCompiler).sum() * TICK_NANOS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ticks of a thread if it is a compiler, or else 0; {@code stat} is {@code id (name) state …}.
   */
  private static long ofCompiler(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      int end = stat.lastIndexOf(')');
      String[] fields = stat.substring(end + 2).split(" ", -1);
      return stat.substring(0, end).matches("\\d+ \\(C[12] Compiler.*")
          ? Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1])
          : 0;
    } catch (IOException ended) {
      return 0; // The thread has ended; compiler threads do not.
    }
  }
}
