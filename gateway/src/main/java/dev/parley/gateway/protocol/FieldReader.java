package dev.parley.gateway.protocol;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one object in the order in which {@link FieldWriter} wrote them. Fields that
 * nobody asks for are skipped. Every method fails with {@link IllegalArgumentException} when the
 * field has another type, or is missing and not optional. Not to be shared between threads.
 */
public interface FieldReader {

  /** Reads a string. */
  String text(String name) throws IOException;

  /** Reads a string, or null where the field is missing. */
  @Nullable String optionalText(String name) throws IOException;

  /** Reads a whole number. */
  long number(String name) throws IOException;

  /** Reads a whole number, or null where the field is missing. */
  @Nullable Long optionalNumber(String name) throws IOException;

  /** Reads a number, or null where the field is missing. */
  @Nullable Double optionalDecimal(String name) throws IOException;

  /** Reads true or false; false where the field is missing. */
  boolean flag(String name) throws IOException;

  /** Reads an object, or null where the field is missing. */
  <T> @Nullable T optionalObject(String name, ObjectForm<T> form) throws IOException;

  /** Reads the fields of an object. */
  @FunctionalInterface
  interface ObjectForm<T> {
    T read(FieldReader in) throws IOException;
  }

  /** Reads a value as it was written. */
  RawJson raw(String name) throws IOException;

  /** Reads a value as it was written, or null where the field is missing. */
  @Nullable RawJson optionalRaw(String name) throws IOException;
}
