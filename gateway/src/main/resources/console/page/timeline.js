/**
 * The time of a run in parts: thinking, tools, text and waiting. Pure; the times are those of the
 * events.
 */
import { nameOf } from './words.js';

const KIND = {
  agent_thinking: 'thinking', tool_executing: 'tool', tool_completed: 'tool', agent_message: 'text',
};
const ENDS = new Set(['agent_completed', 'agent_failed', 'agent_cancelled']);

export const hasEnded = (events) => events.some(({ type }) => ENDS.has(type));

/**
 * @param {import('../parley.js').Frame[]} events of one run, in order
 * @param {number} sinceMs how long ago the last of them came, of a run that is open
 * @returns {{kind: string, from: number, to: number, label: string}[]} ms from the run's start
 */
export function stretches(events, sinceMs = 0) {
  const start = Date.parse(events[0]?.timestamp);
  const all = [];
  const calls = new Map();
  let at = 0;
  let before;
  for (const event of events) {
    const { type, payload = {}, seq_from } = event;
    const now = Date.parse(event.timestamp) - start;
    const kind = KIND[type];
    const label = payload.tool_name ?? (nameOf(payload.subagent) || kind);
    // The time before the first event of a part was spent waiting for it
    const wentOn = kind === before || seq_from;
    if (type === 'tool_executing') calls.set(payload.tool_call_id, { kind, from: now, label });
    if (type === 'tool_completed') {
      add(all, { kind, from: at, label, ...calls.get(payload.tool_call_id), to: now });
      calls.delete(payload.tool_call_id);
    } else if (kind && kind !== 'tool' && wentOn) add(all, { kind, from: at, to: now, label });
    else add(all, { kind: 'waiting', from: at, to: now, label: 'waiting' });
    at = Math.max(at, now);
    before = kind;
    if (ENDS.has(type)) return all;
  }
  for (const call of calls.values()) add(all, { ...call, to: at + sinceMs });
  if (!calls.size) add(all, { kind: 'waiting', from: at, to: at + sinceMs, label: 'waiting' });
  return all;
}

function add(all, stretch) {
  const last = all.at(-1);
  const goesOn = last?.kind === stretch.kind && last.label === stretch.label
    && stretch.kind !== 'tool' && last.to === stretch.from;
  if (goesOn) last.to = stretch.to;
  else if (stretch.to > stretch.from) all.push(stretch);
}

/** The stretches by what they were, in the order of first appearance; waiting comes last. */
export function lanes(all) {
  const found = new Map();
  for (const { kind, label, from, to } of all) {
    const key = `${kind} ${label}`;
    if (!found.has(key)) found.set(key, { kind, label, ms: 0, pieces: [] });
    const lane = found.get(key);
    lane.ms += to - from;
    lane.pieces.push({ from, to });
  }
  const isWaiting = ({ kind }) => Number(kind === 'waiting');
  return [...found.values()].sort((one, other) => isWaiting(one) - isWaiting(other));
}
