package dev.parley.gateway.codec;

import java.util.ArrayList;
import java.util.List;

/** Lists the records of a sealed type, so that a type without a sample fails a test. */
public final class Subtypes {

  private Subtypes() {}

  /** The records of a sealed interface and of the sealed interfaces that extend it. */
  public static List<Class<?>> of(Class<?> sealed) {
    List<Class<?>> records = new ArrayList<>();
    for (Class<?> permitted : sealed.getPermittedSubclasses()) {
      if (permitted.isSealed()) {
        records.addAll(of(permitted));
      } else {
        records.add(permitted);
      }
    }
    return records;
  }
}
