/** A tool call: its name, state and duration, its arguments, and its result or error. */
import { h, icon, setText } from './dom.js';
import { drawLong } from './long-text.js';
import { TOOL_STATUS, duration, nameOf, readable } from './words.js';

export const TOOL_CALL = {
  create: () => h('details', { class: 'tool card', open: true },
    h('summary', {}, icon('tool'), h('code'), h('span', { class: 'by' }),
      h('span', { class: 'status' }), h('span', { class: 'took' })),
    h('dl', {},
      h('dt', {}, 'Arguments'),
      h('dd', { tabindex: 0, 'data-event': 'tool_executing' }),
      h('dt', { class: 'result' }),
      h('dd', { class: 'result', tabindex: 0 }))),
  update(element, tool) {
    const [summary, list] = element.children;
    const [, name, by, status, took] = summary.children;
    const [, input, heading, output] = list.children;
    const isDone = tool.status !== 'executing';
    element.dataset.tool = tool.tool_name;
    element.dataset.status = tool.status;
    setText(name, tool.tool_name);
    setText(by, nameOf(tool.subagent) && `by ${nameOf(tool.subagent)}`);
    setText(status, TOOL_STATUS[tool.status] ?? tool.status);
    setText(took, isDone ? duration(tool.duration_ms) : '');
    drawLong(input, readable(tool.arguments) || 'none');
    if (!isDone) return;
    output.dataset.event = 'tool_completed';
    setText(heading, headingOf(tool));
    drawLong(output, readable(tool.error ?? tool.result) || 'none');
  },
};

function headingOf({ error, truncated }) {
  if (error !== undefined && error !== null) return 'Error';
  return truncated ? 'Result (cut: it was too large)' : 'Result';
}
