/**
 * The client against the gateway at PARLEY_URL. PARLEY_TOKEN and PARLEY_LONG_TOKEN (above 8 KiB)
 * are valid, PARLEY_BAD_TOKEN is not. PARLEY_ADMIN_TOKEN is that of an administrator.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { connect, randomId } from '../../../../gateway/src/main/resources/console/parley.js';
import { startProxy } from './proxy.mjs';

const {
  PARLEY_URL: url, PARLEY_TOKEN: token, PARLEY_BAD_TOKEN: badToken, PARLEY_LONG_TOKEN: longToken,
  PARLEY_ADMIN_TOKEN: adminToken,
} = process.env;
const client = connect({ url, token });
after(() => client.close());

const admin = async (path, body) => {
  const address = `${url.replace('ws:', 'http:').replace('/ws', '')}/v1/broadcasts${path}`;
  const headers = { authorization: `Bearer ${adminToken}` };
  return (await fetch(address, body ? { method: 'POST', headers, body } : { headers })).json();
};
const sentAs = {};
const receiptOf = (title) => admin(`/${sentAs[title]}`);

/** Sends, again until a user is known: one who has just connected may not be yet. */
async function sendToAll(title) {
  for (let addressed = 0; !addressed;) {
    const notification = { title, body: 'text', priority: 'high' };
    const sent = await admin('', JSON.stringify({ audience: { all: true }, notification }));
    sentAs[title] = sent.broadcast_id;
    for (addressed = null; addressed === null;) ({ addressed } = await receiptOf(title));
  }
}

async function acknowledged(title) {
  while (!(await receiptOf(title)).acknowledged);
}

const seen = (thread, condition) => new Promise((resolve) => {
  const leave = thread.subscribe((view) => {
    if (!condition(view)) return;
    queueMicrotask(() => leave());
    resolve(view);
  });
});
const ended = (thread) => seen(thread, ({ run }) => run && run.state !== 'open');
const state = (each, name) => new Promise((resolve) => {
  each.on('state', (now) => now.name === name && resolve(now));
});

test('the agents are listed, with the default one', async () => {
  const agents = await client.agents();
  const [builtin] = agents.filter((agent) => agent.default);
  assert.equal(builtin.name, 'builtin');
  assert.ok(builtin.description);
});

test('an answer becomes a view', async () => {
  const thread = client.thread(randomId());
  await thread.send('what is 12*(34+5)?');
  const view = await ended(thread);
  assert.match(view.messages.at(-1).text, /468/);
  assert.deepEqual([view.tools[0].status, view.run.state], ['ok', 'completed']);
});

test('an agent is started by name, with input and context', async () => {
  const thread = client.thread(randomId());
  const { run_id } = await thread.start('builtin', 'what is 6*7?', { context: { name: 'Ada' } });
  const view = await ended(thread);
  assert.equal(view.run.run_id, run_id);
  assert.match(view.messages.map(({ text }) => text).join(''), /Ada[^]*42/);
});

test('a queued message is answered next, and can be taken back', async () => {
  const thread = client.thread(randomId());
  await thread.send('count slowly to 500');
  await thread.send('what is 6*7?', { whenBusy: 'queue' });
  const { id } = await thread.send('what is 7*8?', { whenBusy: 'queue' });
  await thread.cancel(id);
  await thread.cancel();
  for await (const { type, payload } of thread) {
    if (type === 'agent_completed') {
      assert.match(payload.text, /42/);
      break;
    }
  }
});

test('a message may replace the answer in progress', async () => {
  const thread = client.thread(randomId());
  await thread.send('count slowly to 500');
  await thread.send('what is 6*7?', { whenBusy: 'replace' });
  for await (const { type } of thread) if (type === 'agent_completed') break;
  assert.deepEqual(thread.view.runs.map(({ state, by }) => [state, by]),
    [['cancelled', 'replaced'], ['completed', undefined]]);
});

test('with one loop a run, the next loop reads the run of a queued message', async () => {
  const thread = client.thread(randomId());
  await thread.send('what is 6*7?');
  await thread.send('what is 7*8?', { whenBusy: 'queue' });
  await thread.send('what is 8*9?', { whenBusy: 'queue' });
  const answers = [];
  for (let run = 0; run < 3; run++) {
    for await (const { type, payload } of thread) {
      if (type === 'agent_completed') {
        // The next run has begun before this loop ends.
        await seen(thread, ({ runs }) => runs.length === Math.min(run + 2, 3));
        answers.push(payload.text.match(/\d+$/)[0]);
        break;
      }
    }
  }
  assert.deepEqual(answers, ['42', '56', '72']);
});

for (const [how, options] of [['WebSocket', {}], ['HTTP', { WebSocket: null }]]) {
  test(`a notification is given, and acknowledged for all devices: ${how}`, async (t) => {
    const phone = connect({ url, token, ...options });
    t.after(() => phone.close());
    const given = new Promise((resolve) => {
      phone.onNotification((each) => each.title === how && resolve(each));
    });
    await sendToAll(how);
    const { seq, priority } = await given;
    assert.equal(priority, 'high');
    phone.inbox.ack();
    await acknowledged(how);
    const laptop = connect({ url, token });
    t.after(() => laptop.close());
    await new Promise((resolve) => laptop.inbox.subscribe(({ caughtUp }) => caughtUp && resolve()));
    assert.deepEqual([laptop.inbox.view.acknowledged, laptop.inbox.view.notifications], [seq, []]);
  });

  test(`a device that comes back drops what another one has acknowledged: ${how}`, async (t) => {
    const title = `While away: ${how}`;
    const [phone, laptop] = [connect({ url, token }), connect({ url, token, ...options })];
    t.after(() => [phone, laptop].forEach((each) => each.close()));
    const has = (each, isThere) => new Promise((resolve) => {
      each.inbox.subscribe(({ notifications }) =>
        notifications.some((one) => one.title === title) === isThere && resolve());
    });
    const [onPhone, onLaptop] = [has(phone, true), has(laptop, true)];
    await sendToAll(title);
    await Promise.all([onPhone, onLaptop]);
    const isGone = has(laptop, false);
    laptop.close();
    phone.inbox.ack();
    await acknowledged(title);
    laptop.reconnect();
    await isGone;
  });

  test(`a run is cancelled right after a reload: ${how}`, async (t) => {
    const thread = client.thread(randomId());
    await thread.send('count slowly to 500');
    const reloaded = connect({ url, token, ...options });
    t.after(() => reloaded.close());
    assert.equal((await reloaded.thread(thread.id).cancel()).state, 'cancelling');
    assert.equal((await ended(thread)).run.by, 'user');
    assert.notEqual((await reloaded.thread(thread.id).cancel()).state, 'cancelling');
  });
}

test('unreadable commands are refused, however many, and do not affect later ones', async () => {
  const nested = (depth) => (depth ? [nested(depth - 1)] : []);
  const thread = client.thread(randomId());
  const deep = (depth, id) => thread.start('nobody', 'x', { context: { deep: nested(depth) }, id });
  for (let count = 0; count < 40; count++) {
    await assert.rejects(deep(70), { name: 'ParleyError', retryable: false });
  }
  // The maximum depth: the frame, its payload, the context and the innermost list add four levels.
  await assert.rejects(deep(60), { code: 'not_found' });
  await assert.rejects(deep(61), { code: 'invalid_argument' });
  await assert.rejects(thread.chat('x', { id: 'a b' }), { code: 'invalid_argument' });
  await assert.rejects(thread.chat('\ud800'.padStart(60_000, 'x'), { id: randomId() }).then(
    () => { throw Object.assign(new Error('taken'), { name: 'ParleyError' }); }), { name: 'ParleyError' });
  await thread.chat('fine');
});

test('a port without a listener is noticed at once', async () => {
  const began = Date.now();
  const lost = connect({ url: 'ws://127.0.0.1:1/ws', token });
  await state(lost, 'waiting');
  await state(lost, 'waiting');
  lost.close();
  assert.ok(Date.now() - began < 10_000);
});

test('a long token passes a proxy with a header limit', async (t) => {
  const proxy = await startProxy(t, url, { maxHead: 8_192 });
  const longClient = connect({ url: proxy, token: longToken });
  t.after(() => longClient.close());
  const thread = longClient.thread(randomId());
  assert.equal((await thread.chat('hello')).seq, 1);
  assert.equal(longClient.state.via, 'websocket');
});

test('threads may be listed before there is a token', async () => {
  const early = connect({ url, token: async () => token });
  assert.ok(Array.isArray((await early.threads()).threads));
  early.close();
});

test('a refusal is typed', async () => {
  const unknown = client.thread(randomId()).start('nobody', 'hello');
  await assert.rejects(unknown, { name: 'ParleyError', retryable: false });
});

test('a title is seen on all devices, and a thread with activity is listed first', async (t) => {
  const [one, other] = [client.thread(randomId()), client.thread(randomId())];
  await one.chat('first');
  await other.chat('second');
  const device = connect({ url, token });
  t.after(() => device.close());
  const seen = new Promise((resolve) => {
    device.thread(one.id).subscribe(({ title }) => title && resolve(title));
  });
  await client.setTitle(one.id, ' Trip to Paris ');
  assert.equal(await seen, 'Trip to Paris');
  const { threads: [newest], next } = await device.threads({ limit: 1 });
  assert.deepEqual([newest.thread_id, newest.title], [one.id, 'Trip to Paris']);
  const { threads: [second] } = await device.threads({ limit: 1, after: next });
  assert.deepEqual([second.thread_id, second.title], [other.id, undefined]);
  assert.ok(newest.last_activity >= second.last_activity);
  await assert.rejects(client.setTitle(one.id, ' '), { code: 'invalid_argument', field: '/payload/title' });
});

test('threads are listed and deleted', async () => {
  const thread = client.thread(randomId());
  await thread.chat('note to self');
  const { threads } = await client.threads({ limit: 500 });
  assert.ok(threads.some(({ thread_id }) => thread_id === thread.id));
  await client.deleteThread(thread.id);
  const after = await client.threads({ limit: 500 });
  assert.ok(!after.threads.some(({ thread_id }) => thread_id === thread.id));
});

test('a bad token is final', async () => {
  const stranger = connect({ url, token: badToken });
  assert.equal((await state(stranger, 'closed')).code, 4401);
});

test('without a WebSocket it uses HTTP', async () => {
  const blocked = connect({ url, token, WebSocket: null });
  const thread = blocked.thread(randomId());
  await thread.send('what is 12*(34+5)?');
  const view = await ended(thread);
  assert.equal(blocked.state.via, 'http');
  assert.match(view.messages.at(-1).text, /468/);
  blocked.close();
});

test('the program of docs/client.md runs unchanged', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-docs-'));
  t.after(() => rm(folder, { recursive: true }));
  const page = await readFile(new URL('../../../../docs/client.md', import.meta.url), 'utf8');
  const client = import.meta.resolve('../../../../gateway/src/main/resources/console/parley.js');
  const [, program] = page.match(/```js\n([^]*?)```/);
  const file = join(folder, 'program.mjs');
  await writeFile(file, program.replace("'parley-client'", JSON.stringify(client)));
  const { stdout, stderr } =
    await promisify(execFile)(process.execPath, ['--experimental-websocket', file]);
  assert.deepEqual(stdout.trim().split('\n'),
    ['open', 'calculator …', '12*(34+5) = 468', 'closed'], stderr);
});
