package dev.parley.gateway.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of one object, in the order of the calls. A field without a value is left out.
 * Not to be shared between threads.
 */
public interface FieldWriter {

  /** Writes a string, or nothing for null. */
  void text(String name, @Nullable String value) throws IOException;

  /** Writes a whole number. */
  void number(String name, long value) throws IOException;

  /** Writes a whole number, or nothing for null. */
  void optionalNumber(String name, @Nullable Long value) throws IOException;

  /** Writes a number with a fraction, or nothing for null. */
  void decimal(String name, @Nullable Double value) throws IOException;

  /** Writes true or false. */
  void flag(String name, boolean value) throws IOException;

  /** Writes an object, or nothing for null. */
  void object(String name, @Nullable ObjectContent content) throws IOException;

  /** Writes the fields of an object. */
  @FunctionalInterface
  interface ObjectContent {
    void write(FieldWriter out) throws IOException;
  }

  /** Writes a value as it is, or nothing for null; it must be {@link RawJson#isChecked checked}. */
  void raw(String name, @Nullable RawJson value) throws IOException;
}
