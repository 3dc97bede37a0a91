package dev.parley.gateway.bench.socket;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processor time of another JVM without that of its compilers, which go on for minutes after a
 * start and would hide what the work itself costs. Where the kernel does not tell of threads, the
 * compilers are in it.
 */
final class CpuTime {

  /** {@code /proc} counts in hundredths of a second, whatever the kernel's own tick is. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** Behind the name: user time, system time. */
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

  /** Ticks of a thread if it is a compiler; {@code stat} is {@code id (name) state …}. */
  private static long ofCompiler(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      int end = stat.lastIndexOf(')');
      String[] fields = stat.substring(end + 2).split(" ", -1);
      return stat.substring(0, end).matches("\\d+ \\(C[12] Compiler.*")
          ? Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1])
          : 0;
    } catch (IOException ended) {
      return 0; // compilers do not
    }
  }
}
