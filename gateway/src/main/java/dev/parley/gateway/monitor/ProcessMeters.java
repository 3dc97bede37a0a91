package dev.parley.gateway.monitor;

import com.sun.management.OperatingSystemMXBean;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import java.lang.management.ManagementFactory;

/**
 * The figures of the Java process, under Micrometer's own names: memory, pauses of the garbage
 * collector, threads, processors, open files and uptime. Closed by the thread that ends the
 * gateway.
 */
final class ProcessMeters implements AutoCloseable {

  /** Leaves out what breaks the conventions of names; to be set before there is any meter. */
  static final MeterFilter FILTER =
      MeterFilter.deny(
          id -> id.getName().equals("process.cpu.time") || id.getName().equals("system.cpu.count"));

  private static final double NANOS_PER_SECOND = 1e9;

  private final JvmGcMetrics collector = new JvmGcMetrics();

  ProcessMeters(MeterRegistry registry) {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system) {
      FunctionCounter.builder(
              "process_cpu_seconds_total", system, os -> os.getProcessCpuTime() / NANOS_PER_SECOND)
          .description("CPU time of the process.")
          .register(registry);
    }
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collector.bindTo(registry);
  }

  @Override
  public void close() {
    collector.close();
  }
}
