/**
 * The view of a thread: a pure fold over its events, from any point (docs: protocol, "Events").
 * Members from the wire keep their wire names (`run_id`, `duration_ms`). Types: parley.d.ts.
 */

export const emptyView = Object.freeze({
  epoch: null, seq: 0, caughtUp: false, title: null,
  messages: [], thinking: [], tools: [], runs: [], run: null,
});

/**
 * The view after one more frame. Nothing is changed in place, so unchanged parts are identical
 * (===). An event that was seen before, or that does not follow the last one, changes nothing.
 */
export function fold(view, frame) {
  const payload = frame.payload ?? {};
  switch (frame.type) {
    case 'gap': return beginning(payload.epoch, seqBefore(payload.oldest));
    case 'subscribed': return foldSubscribed(view, payload);
    case 'caught_up': return view.caughtUp ? view : { ...view, caughtUp: true };
    default: break;
  }
  if (!follows(view, frame)) return view;
  return foldEvent({ ...view, seq: frame.seq }, frame, payload);
}

/** A merged frame may overlap the events held; there must be no gap before it. */
export function follows(held, { seq, seq_from }) {
  return Number.isSafeInteger(seq) && seq > held.seq && integer(seq_from, seq) <= held.seq + 1;
}

/** The offset after the text in the view that this delta goes on with, or undefined. */
export function endOfText(view, { type, run_id, payload: { message_id, subagent } }) {
  const part = type === 'agent_thinking'
    ? view.thinking[openThinking(view.thinking, run_id, idOf(subagent))]
    : view.messages.findLast((each) => each.run_id === run_id && each.message_id === message_id);
  return part && part.offset + part.text.length;
}

/** The seq before the oldest event: the cursor of a reader that has read nothing. */
export const seqBefore = (oldest) => Math.max(integer(oldest, 1) - 1, 0);

const integer = (value, otherwise) => (Number.isSafeInteger(value) ? value : otherwise);

/** A view of the same epoch continues from its own seq, not from the gateway's `after`. */
function foldSubscribed(view, { epoch, after, oldest }) {
  const isKnown = view.seq > 0 && view.epoch === epoch;
  if (isKnown || typeof epoch !== 'string') return { ...view, caughtUp: false };
  return beginning(epoch, Math.max(integer(after, 0), seqBefore(oldest)));
}

function beginning(epoch, seq) {
  return { ...emptyView, epoch, seq };
}

function foldEvent(view, frame, payload) {
  const { seq, run_id, timestamp } = frame;
  switch (frame.type) {
    case 'message_added': {
      const { message_id, role, kind, content, input, queued } = payload;
      const state = queued ? 'queued' : 'sent';
      const said = content ?? input;
      const message =
        { seq, message_id, role, kind, content: said, text: textOf(said), timestamp, state };
      return { ...view, messages: added(view.messages, message) };
    }
    case 'message_taken_back': return leaveQueue(view, payload.message_id, 'taken_back');
    case 'thread_titled':
      return typeof payload.title === 'string' ? { ...view, title: payload.title } : view;
    case 'agent_started': {
      const run = { ...payload, seq, run_id, state: 'open', started_at: timestamp };
      return withRun(leaveQueue(view, payload.message_id, 'sent'), run);
    }
    case 'agent_thinking':
      return foldThinking(view, frame, payload);
    case 'agent_message':
      return foldMessage(closeThinking(view, run_id), frame, payload);
    case 'tool_executing': {
      const tool = { ...payload, seq, run_id, status: 'executing', started_at: timestamp };
      return {
        ...closeThinking(view, run_id, idOf(payload.subagent)), tools: added(view.tools, tool),
      };
    }
    case 'tool_completed': {
      const at = view.tools.findLastIndex(
        (tool) => tool.run_id === run_id && tool.tool_call_id === payload.tool_call_id);
      const ending = { ...payload, seq: view.tools[at]?.seq, run_id };
      return at < 0 ? view : { ...view, tools: changed(view.tools, at, ending) };
    }
    case 'agent_completed': return foldEnd(view, frame, 'completed', payload.text);
    case 'agent_failed': return foldEnd(view, frame, 'failed', payload.partial_text);
    case 'agent_cancelled': return foldEnd(view, frame, 'cancelled', payload.partial_text);
    default: return view;
  }
}

function foldThinking(view, { seq, seq_from, run_id }, payload) {
  const { phase, text = '', step, progress, subagent } = payload;
  const offset = integer(payload.offset);
  const id = idOf(subagent);
  if (phase === 'end') return closeThinking(view, run_id, id);
  let thinking = view.thinking;
  let at = openThinking(thinking, run_id, id);
  if (at < 0) {
    at = thinking.length;
    const nothing = { text: '', offset: offset ?? 0, steps: [] };
    const by = id === undefined ? {} : { subagent };
    thinking = added(thinking,
      { seq: integer(seq_from, seq), run_id, ...by, ...nothing, state: 'open' });
  }
  const block = thinking[at];
  const change = phase === 'step'
    ? { steps: [...block.steps, { step, text, progress }] }
    : { text: block.text.slice(0, (offset ?? Infinity) - block.offset) + textOf(text) };
  return { ...view, thinking: changed(thinking, at, change) };
}

/** The sub-agent of an event or block; undefined stands for the agent itself. */
const idOf = (subagent) => (typeof subagent?.id === 'string' ? subagent.id : undefined);

/** The agent itself and each of its sub-agents have one open block at a time. */
function closeThinking(view, run_id, id) {
  const at = openThinking(view.thinking, run_id, id);
  return at < 0 ? view : { ...view, thinking: changed(view.thinking, at, { state: 'done' }) };
}

function openThinking(thinking, run_id, id) {
  return thinking.findLastIndex((block) =>
    block.run_id === run_id && block.state === 'open' && idOf(block.subagent) === id);
}

function closeAllThinking(view, run_id) {
  const isOpen = (block) => block.run_id === run_id && block.state === 'open';
  if (!view.thinking.some(isOpen)) return view;
  const thinking = view.thinking.map((each) => (isOpen(each) ? { ...each, state: 'done' } : each));
  return { ...view, thinking };
}

/** Text after a tool call of the agent itself starts a new part, in the order of the log. */
function foldMessage(view, { seq, seq_from, run_id }, payload) {
  const { message_id, delta = '' } = payload;
  const offset = integer(payload.offset, 0);
  const at = view.messages.findLastIndex(
    (message) => message.run_id === run_id && message.message_id === message_id);
  const part = view.messages[at];
  const tool = view.tools.findLast((each) =>
    each.run_id === run_id && idOf(each.subagent) === undefined);
  if (part && !(tool?.seq > part.seq)) {
    const isNext = offset - part.offset === part.text.length;
    const text = (isNext ? part.text : part.text.slice(0, offset - part.offset)) + textOf(delta);
    return { ...view, messages: changed(view.messages, at, { text }) };
  }
  const said = { role: 'assistant', offset, text: textOf(delta), state: 'streaming' };
  const message = { seq: integer(seq_from, seq), message_id, run_id, ...said };
  return { ...view, messages: added(view.messages, message) };
}

/** Ends a run. The text of the ending event replaces the text of the deltas if they differ. */
function foldEnd(view, { seq, run_id, timestamp, payload }, state, whole) {
  const { text, partial_text, ...ending } = payload ?? {};
  const isMine = (message) => message.run_id === run_id;
  const mine = view.messages.filter(isMine);
  let messages = view.messages.map((each) => (isMine(each) ? { ...each, state } : each));
  if (whole && typeof whole === 'string' && whole !== mine.map((message) => message.text).join('')) {
    const first = mine[0] ?? { seq, message_id: run_id, run_id, role: 'assistant' };
    messages = messages.filter((message) => !isMine(message));
    messages.push({ ...first, text: whole, state });
  }
  const run = view.runs.find((each) => each.run_id === run_id) ?? { seq, run_id };
  const ended = { ...run, ...ending, state, ended_at: timestamp };
  return withRun({ ...closeAllThinking(view, run_id), messages }, ended);
}

function leaveQueue(view, message_id, state) {
  const at = view.messages.findLastIndex((message) => message.message_id === message_id);
  if (view.messages[at]?.state !== 'queued') return view;
  return { ...view, messages: changed(view.messages, at, { state }) };
}

function withRun(view, run) {
  const at = view.runs.findIndex((each) => each.run_id === run.run_id);
  const runs = at < 0 ? added(view.runs, run) : changed(view.runs, at, run);
  return { ...view, runs, run: runs.at(-1) };
}

/** `concat` is three times as fast as a spread in a long thread. */
function added(list, item) {
  return list.concat([item]);
}

function changed(list, index, fields) {
  const copy = list.slice();
  copy[index] = { ...list[index], ...fields };
  return copy;
}

/** The words of a message's content: a string, a list of parts, or an object shown as JSON. */
function textOf(content) {
  if (typeof content === 'string') return content;
  if (Array.isArray(content)) return content.map((part) => textOf(part?.text ?? part)).join('\n');
  return JSON.stringify(content) ?? '';
}
