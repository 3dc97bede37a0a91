package dev.parley.gateway.config;

/** The text that a mapping in the file becomes, where a value is expected. */
public enum MappingForm {
  /** No mapping may stand there. */
  NONE,

  /** One line {@code name: value} for each entry. */
  LINES,

  /** JSON of the same shape. */
  JSON
}
