package dev.parley.gateway.codec;

import java.util.ArrayList;
import java.util.List;

/** Walks a sealed family, so that a type without a sample fails a test. */
public final class Subtypes {

  private Subtypes() {}

  /** The records of a sealed interface, through sealed interfaces in between. */
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
