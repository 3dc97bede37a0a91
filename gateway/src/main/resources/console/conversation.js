/**
 * Draws a view of a thread: every part has a key, and only what changed since the last drawing is
 * touched (the fold leaves what is unchanged identical). Text goes in as text, never as markup.
 */

/**
 * @param {Element} root @param {import('./parley.js').View} view
 * @param {{id: string, text: string, note: string}[]} pending said, but not in the log yet
 */
export function drawConversation(root, view, pending) {
  const spoken = view.messages.filter((message) => message.role !== 'assistant');
  const parts = [
    ...spoken.map((message) => part('spoken', message.seq, message)),
    ...turns(view).map((turn) => part('turn', turn.run.seq, turn)),
  ];
  parts.sort(inOrder);
  reconcile(root, [...parts, ...pending.map((each) => part('pending', each.id, each))]);
}

/** The runs of a view, each with what it thought, called and said, in the order of the log. */
function turns(view) {
  const turns = new Map(view.runs.map((run) => [run.run_id, { run, parts: [] }]));
  const add = (kind, items) => {
    for (const item of items) turns.get(item.run_id)?.parts.push(part(kind, item.seq, item));
  };
  add('thinking', view.thinking);
  add('tool', view.tools);
  add('answer', view.messages.filter((message) => message.role === 'assistant'));
  for (const turn of turns.values()) turn.parts.sort(inOrder);
  return [...turns.values()];
}

const part = (kind, at, item) => ({ kind, key: `${kind} ${at}`, at, item });
const inOrder = (one, other) => one.at - other.at;

const KINDS = {
  spoken: {
    create: () => h('div', { class: 'spoken', 'data-event': 'message_added' }),
    update(element, message) {
      element.dataset.role = message.role;
      setText(element, message.text);
    },
  },
  pending: {
    create: () => h('div', { class: 'pending' },
      h('div', { class: 'spoken', 'data-role': 'user' }), h('small', { class: 'hint' })),
    update(element, { text, note }) {
      setText(element.firstChild, text);
      setText(element.lastChild, note);
    },
  },
  turn: {
    create: () => h('article', { class: 'turn' },
      h('h2', { class: 'who', 'data-event': 'agent_started' }),
      h('div', { class: 'parts' }),
      h('p', { class: 'end' })),
    update(element, { run, parts }) {
      const [who, body, end] = element.children;
      element.dataset.runState = run.state;
      setText(who, run.agent ?? 'assistant');
      reconcile(body, parts);
      if (run.state !== 'open') end.dataset.event = `agent_${run.state}`;
      setText(end, ending(run, parts));
    },
  },
  thinking: {
    create: () => h('details', { class: 'thinking', 'data-event': 'agent_thinking' },
      h('summary'), h('p'), h('ul')),
    update(element, block) {
      const [summary, text, list] = element.children;
      const steps = block.steps.map(stepText);
      element.dataset.state = block.state;
      setText(summary, block.state === 'done' ? thought(steps) : (steps.at(-1) ?? 'Thinking…'));
      reconcile(list, steps.map((step, index) => part('step', index, step)));
      setText(text, block.text);
    },
  },
  step: { create: () => h('li'), update: setText },
  tool: {
    create: () => h('details', { class: 'tool card', open: '' },
      h('summary', {}, h('code'), h('span', { class: 'status' }), h('span', { class: 'took' })),
      h('pre', { 'data-event': 'tool_executing', role: 'group', 'aria-label': 'Arguments' }),
      h('pre', { class: 'result', role: 'group', 'aria-label': 'Result' })),
    update(element, tool) {
      const [summary, input, output] = element.children;
      const [name, status, took] = summary.children;
      const isDone = tool.status !== 'executing';
      element.dataset.tool = tool.tool_name;
      element.dataset.status = tool.status;
      setText(name, tool.tool_name);
      setText(status, TOOL_STATUS[tool.status] ?? tool.status);
      setText(took, isDone ? duration(tool.duration_ms) : '');
      setText(input, readable(tool.arguments));
      if (isDone) output.dataset.event = 'tool_completed';
      setText(output, readable(tool.error ?? tool.result) + (tool.truncated ? ' …' : ''));
    },
  },
  answer: {
    create: () => h('div', { class: 'answer', 'data-role': 'assistant' }),
    update(element, message) {
      element.dataset.state = message.state;
      setText(element, message.text.replace(/^\n+/, ''));
    },
  },
};

const TOOL_STATUS = {
  executing: 'running', ok: 'done', error: 'failed', denied: 'denied', aborted: 'stopped',
  unknown: 'outcome unknown',
};

const CANCELLED_BY = {
  user: 'Stopped by you', operator: 'Stopped by an operator', replaced: 'Replaced by a new message',
  shutdown: 'Stopped: the gateway was shut down',
};

function ending(run, parts) {
  const took = duration(new Date(run.ended_at) - new Date(run.started_at));
  switch (run.state) {
    case 'open': return parts.length ? '' : 'Thinking…';
    case 'failed': return `${run.message ?? 'The answer failed.'} (${run.code})`;
    case 'cancelled': return `${CANCELLED_BY[run.by] ?? 'Stopped'}${took && ` after ${took}`}`;
    default: return `Done${took && ` in ${took}`}${cut(run)}`;
  }
}

function cut({ finish }) {
  return finish === 'length' ? ', cut at the length limit' : '';
}

function thought(steps) {
  return steps.length > 1 ? `Thought in ${steps.length} steps` : 'Thought';
}

function stepText({ step, text, progress }) {
  const words = text || step || 'Thinking…';
  return typeof progress === 'number' ? `${words} (${Math.round(progress * 100)} %)` : words;
}

/** @param {number} [ms] */
export function duration(ms) {
  if (!Number.isFinite(ms)) return '';
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

const SHORT_LINE = 80;

/** Flat objects read as "name: value", in one line where that is short, all else as JSON. */
function readable(value) {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value);
  const isFlat = !Array.isArray(value) && entries.every(([, each]) => typeof each !== 'object');
  if (!isFlat) return JSON.stringify(value, null, 2);
  const pairs = entries.map(([name, each]) => `${name}: ${each}`);
  const line = pairs.join(' · ');
  return line.length <= SHORT_LINE ? line : pairs.join('\n');
}

/** What was drawn last in an element: key → {element, item}. */
const DRAWN = new WeakMap();

function reconcile(parent, parts) {
  const before = DRAWN.get(parent) ?? new Map();
  const now = new Map();
  const keys = new Set(parts.map((part) => part.key));
  for (const [key, { element }] of before) if (!keys.has(key)) element.remove();
  let place = parent.firstChild;
  for (const { kind, key, item } of parts) {
    const was = before.get(key);
    const element = was?.element ?? KINDS[kind].create();
    if (was?.item !== item) KINDS[kind].update(element, item);
    if (element === place) place = place.nextSibling;
    else parent.insertBefore(element, place);
    now.set(key, { element, item });
  }
  DRAWN.set(parent, now);
}

/** Longer text is appended, so that what a person has selected stays selected. */
function setText(element, text) {
  const node = element.firstChild;
  const before = node?.data ?? '';
  if (text === before) return;
  if (node && text.startsWith(before)) node.appendData(text.slice(before.length));
  else element.textContent = text;
}

function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
