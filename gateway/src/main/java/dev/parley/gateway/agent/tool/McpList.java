package dev.parley.gateway.agent.tool;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The tools that a server has listed, page after page: at most 1000, whose JSON has at most 4 Mi
 * characters. Used by one thread at a time, but for its end.
 */
final class McpList {

  private static final int MAX_TOOLS = 1000;
  private static final int MAX_LENGTH = 4 * 1024 * 1024;

  private final List<JsonNode> tools = new ArrayList<>();
  private int length;
  private boolean isCut;
  private volatile boolean isOver;

  /**
   * Adds the tools of a page.
   *
   * @return whether all of them had room
   */
  boolean add(JsonNode page) {
    for (JsonNode tool : page) {
      length += tool.toString().length();
      if (length > MAX_LENGTH || tools.size() == MAX_TOOLS) {
        isCut = true;
        return false;
      }
      tools.add(tool);
    }
    return true;
  }

  /** Says that there is more, which is not read. */
  void cut() {
    isCut = true;
  }

  /** Says that no more is needed. Callable from any thread. */
  void end() {
    isOver = true;
  }

  boolean isOver() {
    return isOver;
  }

  boolean isCut() {
    return isCut;
  }

  List<JsonNode> tools() {
    return List.copyOf(tools);
  }
}
