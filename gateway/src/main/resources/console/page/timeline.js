/**
 * A run as stretches of time: thinking, tools, text, and waiting in between. Pure; times are those
 * of the events.
 */
const KIND = {
  agent_thinking: 'thinking', tool_executing: 'tool', tool_completed: 'tool', agent_message: 'text',
};
const ENDS = new Set(['agent_completed', 'agent_failed', 'agent_cancelled']);

/**
 * @param {import('../parley.js').Frame[]} events of one run, in order
 * @returns {{kind: string, from: number, to: number, label: string}[]} ms from the run's start
 */
export function stretches(events) {
  const start = Date.parse(events[0]?.timestamp);
  const all = [];
  const calls = new Map();
  let at = 0;
  let before;
  for (const event of events) {
    const { type, payload = {}, seq_from } = event;
    const now = Date.parse(event.timestamp) - start;
    const kind = KIND[type];
    const label = payload.tool_name ?? kind;
    // The time before the first piece of a stretch was spent waiting for it
    const wentOn = kind === before || seq_from;
    if (type === 'tool_executing') calls.set(payload.tool_call_id, now);
    if (type === 'tool_completed') {
      add(all, { kind, from: calls.get(payload.tool_call_id) ?? at, to: now, label });
    } else if (kind && kind !== 'tool' && wentOn) add(all, { kind, from: at, to: now, label });
    else add(all, { kind: 'waiting', from: at, to: now, label: 'waiting' });
    at = Math.max(at, now);
    before = kind;
    if (ENDS.has(type)) break;
  }
  return all;
}

function add(all, stretch) {
  const last = all.at(-1);
  const goesOn = last?.kind === stretch.kind && last.label === stretch.label
    && stretch.kind !== 'tool' && last.to === stretch.from;
  if (goesOn) last.to = stretch.to;
  else if (stretch.to > stretch.from) all.push(stretch);
}

/** How long each kind took in all, in the order of first appearance. */
export function totals(all) {
  const sums = new Map();
  for (const { kind, from, to } of all) sums.set(kind, (sums.get(kind) ?? 0) + to - from);
  return sums;
}
