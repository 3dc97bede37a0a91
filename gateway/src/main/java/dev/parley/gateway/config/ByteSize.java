package dev.parley.gateway.config;

import java.util.List;

/** A number of bytes; {@code toString} writes it as in settings: {@code 64MiB}. */
public record ByteSize(long bytes) {

  private static final List<String> UNITS = List.of("", "KiB", "MiB", "GiB");

  @Override
  public String toString() {
    long number = bytes;
    int unit = 0;
    while (unit < UNITS.size() - 1 && number > 0 && number % 1024 == 0) {
      number /= 1024;
      unit++;
    }
    return number + UNITS.get(unit);
  }
}
