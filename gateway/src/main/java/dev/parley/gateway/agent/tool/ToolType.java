package dev.parley.gateway.agent.tool;

/** What a name of {@code tools} stands for. */
enum ToolType {
  /** One HTTP call. */
  HTTP,

  /** The tools of an MCP server. */
  MCP
}
