package dev.parley.gateway.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * A tool is at work.
 *
 * @param step what it does, in its own words; null for a sign of life alone
 * @param share of the work that is done, from 0 to 1; null if not known
 */
public record ToolProgress(@Nullable String step, @Nullable Double share) {

  /** A sign of life that says nothing more. */
  public static final ToolProgress ALIVE = new ToolProgress(null, null);
}
