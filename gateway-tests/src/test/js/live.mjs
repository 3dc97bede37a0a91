/** The client against a gateway that runs at PARLEY_URL. PARLEY_TOKEN is good, PARLEY_BAD_TOKEN not. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { connect, randomId } from '../../../../gateway/src/main/resources/console/parley.js';

const { PARLEY_URL: url, PARLEY_TOKEN: token, PARLEY_BAD_TOKEN: badToken } = process.env;
const client = connect({ url, token });
after(() => client.close());

const ended = (thread) => new Promise((resolve) => {
  const leave = thread.subscribe((view) => {
    if (!view.run || view.run.state === 'open') return;
    queueMicrotask(() => leave());
    resolve(view);
  });
});
const state = (each, name) => new Promise((resolve) => {
  each.on('state', (now) => now.name === name && resolve(now));
});

test('a question becomes a view', async () => {
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

test('what waits in line is answered next, and can be taken back', async () => {
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

test('a message may take the place of the answer that is coming', async () => {
  const thread = client.thread(randomId());
  await thread.send('count slowly to 500');
  await thread.send('what is 6*7?', { whenBusy: 'replace' });
  for await (const { type } of thread) if (type === 'agent_completed') break;
  assert.deepEqual(thread.view.runs.map(({ state, by }) => [state, by]),
    [['cancelled', 'replaced'], ['completed', undefined]]);
});

test('a refusal is typed', async () => {
  const unknown = client.thread(randomId()).start('nobody', 'hello');
  await assert.rejects(unknown, { name: 'ParleyError', retryable: false });
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

test('without a WebSocket it goes on over HTTP', async () => {
  const blocked = connect({ url, token, WebSocket: null });
  const thread = blocked.thread(randomId());
  await thread.send('what is 12*(34+5)?');
  const view = await ended(thread);
  assert.equal(blocked.state.via, 'http');
  assert.match(view.messages.at(-1).text, /468/);
  blocked.close();
});

test('the program of docs/client.md runs as it stands there', async (t) => {
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
