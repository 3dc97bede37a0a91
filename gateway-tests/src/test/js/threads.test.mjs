/** The console's list of conversations: what the watched ones do to it. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { emptyView, fold } from '../../../../gateway/src/main/resources/console/parley.js';
import { makeThreads } from '../../../../gateway/src/main/resources/console/page/threads.js';
import { settled } from './scripted.mjs';

/** As much of an element as the list needs. */
class Element {
  dataset = {};
  children = [];
  set textContent(text) { this.text = text; this.texts = (this.texts ?? 0) + 1; }
  get firstChild() { return this.children[0] ?? null; }
  get lastChild() { return this.children.at(-1) ?? null; }
  setAttribute() {}
  addEventListener() {}
  querySelector() { return this.firstChild; }
  append(...more) { this.children.push(...more); }
  replaceChildren(...all) { this.children = all; }
  insertBefore(element, place) {
    this.children = this.children.filter((each) => each !== element);
    const at = place ? this.children.indexOf(place) : this.children.length;
    this.children.splice(at, 0, element);
  }
}

const GLOBALS = ['document', 'localStorage', 'addEventListener'];
let elements;

beforeEach(() => {
  elements = new Map();
  const elementOf = (id) => {
    if (!elements.has(id)) elements.set(id, new Element());
    return elements.get(id);
  };
  globalThis.document = { getElementById: elementOf, addEventListener() {},
    createElement: () => new Element(), createElementNS: () => new Element() };
  globalThis.localStorage = { getItem: () => null, setItem() {} };
  globalThis.addEventListener = () => {};
});
afterEach(() => {
  for (const name of GLOBALS) delete globalThis[name];
});

const at = (second) => `2026-11-22T10:00:${String(second).padStart(2, '0')}.000Z`;
const run = (seq, second) => [
  { type: 'message_added', seq, timestamp: at(second), payload: { message_id: `m${seq}`, role: 'user', content: 'x' } },
  { type: 'agent_started', seq: seq + 1, run_id: `r${seq}`, timestamp: at(second), payload: { agent: 'a' } },
  { type: 'agent_failed', seq: seq + 2, run_id: `r${seq}`, timestamp: at(second), payload: { code: 'internal' } },
];

test('a conversation that is read again is drawn once, when all of it is there', async () => {
  const watches = new Map();
  const listed = [2, 1].map((day) => ({ thread_id: `t${day}`, last_activity: at(day) }));
  const client = { state: { name: 'open', via: 'websocket' }, threads: async () => ({ threads: listed }),
    thread: (id) => ({ subscribe: (handler) => watches.set(id, handler) }) };
  makeThreads(client, {}).refresh();
  await settled();
  const drawn = () => elements.get('title').texts;
  const before = drawn();
  let view = emptyView;
  const serve = (frame) => {
    view = fold(view, frame);
    watches.get('t1')(view, frame);
  };
  serve({ type: 'subscribed', payload: { epoch: 'e1', oldest: 1, after: 0 } });
  for (let count = 0; count < 20; count++) run(1 + 3 * count, 10 + count).forEach(serve);
  assert.equal(drawn(), before);
  serve({ type: 'caught_up', payload: { seq: 60 } });
  assert.equal(drawn(), before + 1);
  const [newest] = elements.get('threads').children;
  assert.equal(newest.dataset.run, 'failed');
  run(61, 40).slice(0, 2).forEach(serve);
  assert.equal(newest.dataset.run, 'open');
});
