/**
 * Draws the view of a thread. Each part has a key. Only changed parts are updated: the fold keeps
 * unchanged items identical (===).
 */
import { $, h, icon, reconcile, setText } from './dom.js';
import { drawFailure } from './failure.js';
import { drawMarkdown } from './markdown.js';
import { THINKING } from './thinking.js';
import { TOOL_CALL } from './tool-call.js';
import { endingWords, failureWords } from './words.js';

/**
 * @param {import('../parley.js').View} view
 * @param {{id: string, text: string, note: string}[]} pending sent, but not in the log yet
 * @param {(message) => Element[]} noteOn elements to show below a
 *   queued message, after its position
 */
export function drawConversation(root, view, pending, noteOn) {
  const spoken = view.messages.filter((message) => message.role !== 'assistant');
  const answers = new Map(view.runs.toReversed().map((run) => [run.message_id, run.seq]));
  const parts = [
    ...spoken.map((message) => partOf(message, () => spokenPart(message, answers))),
    ...turns(view).map((turn) => partOf(turn, () => part('turn', turn.run.seq, turn))),
  ];
  parts.sort(inOrder);
  reconcile(root, groups([...parts, ...pending.map((each) => part('pending', each.id, each))]));
  spoken.filter(({ state }) => state === 'queued')
    .forEach((message, before) => drawNote(message, before, noteOn));
}

/** The part of each item of a view. A changed item is a new object and gets a new part. */
const PARTS = new WeakMap();

function partOf(item, create) {
  if (!PARTS.has(item)) PARTS.set(item, create());
  return PARTS.get(item);
}

/** A message that was queued is shown right before its answer, not where it was sent. */
function spokenPart(message, answers) {
  const at = answers.get(message.message_id) ?? message.seq;
  return { ...part('spoken', message.seq, message), at };
}

/** The browser skips the layout of a whole group while the group is out of sight. */
const WEIGHT_OF_GROUP = 20;
const WEIGHT_OF_TURN = 5;
let groupsBefore = [];

/** Parts are added at the end, so full groups stay the same objects. */
function groups(parts) {
  const all = [];
  let weight = WEIGHT_OF_GROUP;
  for (const each of parts) {
    if (weight >= WEIGHT_OF_GROUP) {
      all.push([]);
      weight = 0;
    }
    all.at(-1).push(each);
    weight += each.kind === KINDS.turn ? WEIGHT_OF_TURN : 1;
  }
  groupsBefore = all.map((members, index) => {
    const before = groupsBefore[index];
    const isSame = before?.length === members.length
      && members.every((member, place) => member === before[place]);
    return isSame ? before : members;
  });
  return groupsBefore.map((members, index) => ({ kind: KINDS.group, key: index, item: members }));
}

function drawNote(message, before, noteOn) {
  const note = document.querySelector(`[data-message="${message.seq}"] > .note`);
  if (!note.childElementCount) note.append(h('span'), ...noteOn(message));
  setText(note.firstChild, before ? `Queued, ${before} before it` : 'Queued, comes next');
}

/** The last turn made of each run. A turn that did not change stays the same object. */
const TURNS = new WeakMap();

/** The runs of a view, each with its thinking, tool calls and text, in the order of the log. */
function turns(view) {
  const items = new Map(view.runs.map((run) => [run.run_id, []]));
  const add = (kind, list) => {
    for (const item of list) items.get(item.run_id)?.push({ kind, item });
  };
  add('thinking', view.thinking);
  add('tool', view.tools);
  add('answer', view.messages.filter((message) => message.role === 'assistant'));
  return view.runs.map((run) => turn(run, items.get(run.run_id)));
}

function turn(run, items) {
  const before = TURNS.get(run);
  const isSame = before?.items.length === items.length
    && items.every(({ item }, index) => item === before.items[index].item);
  if (isSame) return before;
  const parts = items.map(({ kind, item }) => part(kind, item.seq, item)).sort(inOrder);
  const now = { run, items, parts };
  TURNS.set(run, now);
  return now;
}

const part = (kind, at, item) => ({ kind: KINDS[kind], key: `${kind} ${at}`, at, item });
const inOrder = (one, other) => one.at - other.at || (one.kind === KINDS.spoken ? -1 : 1);

const NOTES = { taken_back: 'Taken back before it was answered' };

const KINDS = {
  group: { create: () => h('div', { class: 'group' }), update: reconcile },
  spoken: {
    create: ({ seq }) => h('div', { class: 'spoken', 'data-message': seq },
      h('div', { class: 'words', 'data-event': 'message_added' }), h('div', { class: 'note' })),
    update(element, message) {
      element.dataset.role = message.role;
      element.dataset.state = message.state;
      setText(element.firstChild, message.text);
      if (message.state !== 'queued') element.lastChild.textContent = NOTES[message.state] ?? '';
    },
  },
  pending: {
    create: () => h('div', { class: 'spoken', 'data-state': 'pending' },
      h('div', { class: 'words' }), h('div', { class: 'note' })),
    update(element, { text, note }) {
      setText(element.firstChild, text);
      setText(element.lastChild, note);
    },
  },
  turn: {
    create: () => h('article', { class: 'turn' },
      h('h2', { class: 'who' }, icon('spark'), h('span', { 'data-event': 'agent_started' })),
      h('div', { class: 'parts' }),
      h('p', { class: 'end' }),
      h('div', { class: 'failure' })),
    update(element, { run, parts }) {
      const [who, body, end, failure] = element.children;
      element.dataset.runState = run.state;
      setText(who.lastChild, run.agent ?? 'assistant');
      reconcile(body, parts);
      if (run.state === 'failed') {
        failure.dataset.event = 'agent_failed';
        drawFailure(failure, run);
      } else if (run.state !== 'open') end.dataset.event = `agent_${run.state}`;
      setText(end, run.state === 'open' && !parts.length ? 'Thinking…' : endingWords(run));
    },
  },
  thinking: THINKING,
  tool: TOOL_CALL,
  answer: {
    create: () => h('div', { class: 'answer', 'data-role': 'assistant' }),
    update(element, message) {
      element.dataset.state = message.state;
      drawMarkdown(element, message.text, message.state === 'streaming');
    },
  },
};

/** Screen readers announce only the beginning of a long answer. */
const MAX_ANNOUNCED = 2_000;

/** Tells screen readers that a run or tool starts and how the run ended. It does not read deltas. */
export function announce({ type, payload }) {
  const words = {
    agent_started: () => `${payload.agent} is answering`,
    tool_executing: () => `Using ${payload.tool_name}`,
    agent_completed: () => String(payload.text ?? '').slice(0, MAX_ANNOUNCED),
    agent_failed: () => `Failed: ${failureWords(payload)}`,
    agent_cancelled: () => 'Stopped',
  };
  if (Object.hasOwn(words, type)) $('announcer').textContent = words[type]();
}
