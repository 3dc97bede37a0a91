import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyView, fold } from '../../../../gateway/src/main/resources/console/parley/fold.js';

const RUN = 'r_1';
const CLOCK = { tool_call_id: 'k1', tool_name: 'clock' };
const THREAD = [
  { type: 'subscribed', payload: { epoch: 'e1', oldest: 1, head: 10, after: 0 } },
  event(1, 'message_added', { message_id: 'm1', role: 'user', content: 'hello' }, null),
  event(2, 'agent_started', { agent: 'builtin', message_id: 'm1', attempt: 1 }),
  event(3, 'agent_thinking', { phase: 'start' }),
  event(4, 'agent_thinking', { phase: 'step', step: 'Reading' }),
  event(5, 'agent_thinking', { phase: 'end' }),
  event(6, 'tool_executing', { ...CLOCK, arguments: { zone: 'UTC' } }),
  event(7, 'tool_completed', { ...CLOCK, status: 'ok', result: 9, duration_ms: 5 }),
  event(8, 'agent_message', { message_id: 'm2', offset: 0, delta: 'It is ' }),
  event(9, 'agent_message', { message_id: 'm2', offset: 6, delta: 'nine.' }),
  event(10, 'agent_completed', { text: 'It is nine.', finish: 'stop' }),
];

function event(seq, type, payload, run_id = RUN) {
  const timestamp = new Date(seq * 1000).toISOString();
  return { type, thread_id: 't1', seq, run_id, timestamp, payload };
}

const foldAll = (frames, view = emptyView) => frames.reduce(fold, view);

test('a run becomes a message with its thinking, its tools and its end', () => {
  const view = foldAll(THREAD);
  assert.equal(view.seq, 10);
  assert.deepEqual(view.messages.map(({ role, text, state }) => [role, text, state]),
    [['user', 'hello', 'sent'], ['assistant', 'It is nine.', 'completed']]);
  assert.deepEqual(view.thinking[0].steps.map(({ step }) => step), ['Reading']);
  assert.equal(view.tools[0].status, 'ok');
  assert.equal(view.run.state, 'completed');
});

test('events seen before change nothing, not even identity', () => {
  const view = foldAll(THREAD);
  assert.equal(foldAll(THREAD.slice(1), view), view);
});

test('the last title of a thread counts, and what is none changes nothing', () => {
  const titled = (seq, title) => event(seq, 'thread_titled', { title, by: 'user' }, null);
  const view = foldAll([...THREAD, titled(11, 'Clocks'), titled(12, 'Nine')]);
  assert.deepEqual([foldAll(THREAD).title, view.title, view.seq], [null, 'Nine', 12]);
  assert.equal(fold(view, titled(13, 7)).title, 'Nine');
  assert.equal(fold(view, { type: 'gap', payload: { epoch: 'e2', oldest: 1 } }).title, null);
});

test('an event after a missing one is ignored', () => {
  const view = foldAll(THREAD.slice(0, 3));
  assert.equal(fold(view, THREAD[6]), view);
});

test('a replay cut at any event and repeated gives the same view', () => {
  const whole = foldAll(THREAD);
  for (let cut = 1; cut <= THREAD.length; cut++) {
    const view = foldAll(THREAD.slice(0, cut));
    assert.deepEqual(foldAll(THREAD.slice(1), view), whole);
  }
});

test('a merged frame that overlaps the view adds only the rest', () => {
  const delta = { message_id: 'm2', offset: 0, delta: 'It is nine.' };
  const merged = { ...event(9, 'agent_message', delta), seq_from: 8 };
  const once = foldAll([...THREAD.slice(0, 8), merged]);
  const overlapping = foldAll([...THREAD.slice(0, 9), merged]);
  assert.equal(once.messages.at(-1).text, 'It is nine.');
  assert.deepEqual(overlapping.messages, once.messages);
});

test('a message that continues after a tool has a separate part', () => {
  const continued = [
    event(10, 'tool_executing', { ...CLOCK, tool_call_id: 'k2' }),
    event(11, 'agent_message', { message_id: 'm2', offset: 11, delta: ' Still' }),
    event(12, 'agent_message', { message_id: 'm2', offset: 17, delta: ' nine.' }),
    event(13, 'agent_completed', { text: 'It is nine. Still nine.', finish: 'stop' }),
  ];
  const { messages } = foldAll([...THREAD.slice(0, -1), ...continued]);
  const said = messages.slice(1).map(({ seq, text }) => [seq, text]);
  assert.deepEqual(said, [[8, 'It is nine.'], [11, ' Still nine.']]);
});

test('a gap clears the view and sets the start of the replay', () => {
  const gap = { type: 'gap', payload: { reason: 'retention', epoch: 'e1', oldest: 4 } };
  assert.deepEqual(fold(foldAll(THREAD), gap), { ...emptyView, epoch: 'e1', seq: 3 });
});

test('a new epoch clears the view', () => {
  const subscribed = { type: 'subscribed', payload: { epoch: 'e2', oldest: 1, head: 0, after: 0 } };
  assert.deepEqual(fold(foldAll(THREAD), subscribed), { ...emptyView, epoch: 'e2' });
});

test('the text of the final event replaces the deltas', () => {
  const end = event(10, 'agent_completed', { text: 'All of it.', finish: 'stop' });
  const { messages } = foldAll([...THREAD.slice(0, -1), end]);
  assert.deepEqual(messages.map(({ text }) => text), ['hello', 'All of it.']);
});

test('an invalid event is ignored', () => {
  const view = foldAll(THREAD);
  const junk = [{}, { type: 'constructor', seq: 'x' }, { seq: null }, { seq: 11.5 }];
  assert.equal(foldAll(junk, view), view);
});

test('a queued message waits until its run starts', () => {
  const queued = { message_id: 'm9', role: 'user', kind: 'user_message', content: 'next', queued: true };
  const view = foldAll([...THREAD, event(11, 'message_added', queued, null)]);
  assert.equal(view.messages.at(-1).state, 'queued');
  const started = event(12, 'agent_started', { agent: 'builtin', message_id: 'm9', attempt: 1 }, 'r_2');
  assert.equal(fold(view, started).messages.at(-1).state, 'sent');
});

test('a queued message may be taken back, a sent one may not', () => {
  const queued = { message_id: 'm9', role: 'user', kind: 'user_message', content: 'next', queued: true };
  const frames = [...THREAD, event(11, 'message_added', queued, null),
    event(12, 'message_taken_back', { message_id: 'm9' }, null),
    event(13, 'message_taken_back', { message_id: 'm1' }, null)];
  const { messages, seq } = foldAll(frames);
  assert.deepEqual(messages.map(({ state }) => state), ['sent', 'completed', 'taken_back']);
  assert.equal(seq, 13);
});

test('a held cursor is kept, independent of the position that the gateway offers', () => {
  const subscribed = { type: 'subscribed', payload: { epoch: 'e1', oldest: 1, head: 90, after: 80 } };
  assert.equal(fold(foldAll(THREAD), subscribed).seq, 10);
});

test('no frame makes it throw or lowers its seq', () => {
  const values = [undefined, null, 7, -1, 1e99, '', 'x', [], [null], {}, { text: 1 }, { toString: 1 }];
  const fields = ['content', 'text', 'delta', 'offset', 'partial_text', 'message_id', 'tool_call_id'];
  const payloads = [...values, ...fields.flatMap((field) => values.map((value) => ({ [field]: value })))];
  const types = [...new Set(THREAD.map(({ type }) => type)), 'gap', 'caught_up', 'agent_failed'];
  let view = foldAll(THREAD);
  for (const type of types) {
    for (const payload of payloads) {
      for (const seq of [view.seq + 1, view.seq + 2, ...values]) {
        const next = fold(view, { type, seq, seq_from: payload, run_id: RUN, payload });
        assert.ok(next.seq >= view.seq || type === 'gap' || type === 'subscribed');
        assert.ok(next.messages.every(({ text }) => typeof text === 'string'));
        view = next;
      }
    }
  }
});

test('a message keeps its content as it was sent', () => {
  const content = [{ type: 'text', text: 'see' }, { type: 'image', url: 'https://parley.example/a' }];
  const view = foldAll([...THREAD,
    event(11, 'message_added', { message_id: 'm9', role: 'user', kind: 'user_message', content }, null)]);
  assert.equal(view.messages.at(-1).content, content);
});

const WRITER = { id: 's1', name: 'writer' };
const CRITIC = { id: 's2', name: 'critic', parent: 's1' };
const thought = (seq, phase, more) => event(seq, 'agent_thinking', { phase, ...more });

test('each sub-agent has blocks of its own beside those of the agent', () => {
  const view = foldAll([...THREAD.slice(0, 3),
    thought(3, 'start'), thought(4, 'delta', { text: 'hm', offset: 0 }),
    thought(5, 'start', { subagent: WRITER }),
    thought(6, 'delta', { text: 'a', offset: 0, subagent: WRITER }),
    thought(7, 'start', { subagent: CRITIC }),
    thought(8, 'delta', { text: 'no', offset: 0, subagent: CRITIC }),
    thought(9, 'delta', { text: 'b', offset: 1, subagent: WRITER }),
    thought(10, 'delta', { text: '!', offset: 2 }),
    thought(11, 'end', { subagent: WRITER }),
    event(12, 'agent_message', { message_id: 'm2', offset: 0, delta: 'Yes' })]);
  assert.deepEqual(view.thinking.map(({ subagent, text, state }) => [subagent?.name, text, state]),
    [[undefined, 'hm!', 'done'], ['writer', 'ab', 'done'], ['critic', 'no', 'open']]);
  assert.deepEqual(view.thinking[2].subagent, CRITIC);
  const ended = fold(view, event(13, 'agent_completed', { text: 'Yes', finish: 'stop' }));
  assert.deepEqual(ended.thinking.map(({ state }) => state), ['done', 'done', 'done']);
  assert.equal(ended.thinking[0], view.thinking[0]);
});

test('a tool of a sub-agent has its name, and splits no text of the agent', () => {
  const call = { ...CLOCK, subagent: WRITER };
  const view = foldAll([...THREAD.slice(0, 3),
    thought(3, 'start', { subagent: WRITER }), thought(4, 'start'),
    event(5, 'agent_message', { message_id: 'm2', offset: 0, delta: 'It ' }),
    event(6, 'tool_executing', { ...call, arguments: {} }),
    event(7, 'agent_message', { message_id: 'm2', offset: 3, delta: 'is' }),
    event(8, 'tool_completed', { ...call, status: 'ok', result: 9, duration_ms: 5 })]);
  assert.deepEqual(view.thinking.map(({ state }) => state), ['done', 'done']);
  assert.deepEqual([view.tools[0].subagent, view.tools[0].status], [WRITER, 'ok']);
  assert.deepEqual(view.messages.slice(1).map(({ text }) => text), ['It is']);
});

test('a subagent of no form counts as none', () => {
  for (const subagent of [null, 7, 'x', {}, { id: 1 }, []]) {
    const view = foldAll([...THREAD.slice(0, 3), thought(3, 'start', { subagent })]);
    assert.deepEqual([view.thinking.length, 'subagent' in view.thinking[0]], [1, false]);
  }
});
