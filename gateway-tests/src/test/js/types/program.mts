/** A small program of a user of the client; the compiler must find its marked mistakes. */
import {
  connect, emptyView, fold, randomId, ParleyError,
  type Client, type ConnectionState, type ErrorCode, type Frame, type Thread, type View,
} from 'parley-client';

const client: Client = connect({ url: '/ws', token: async (why) => (why?.isExpiring ? null : 'jwt') });
connect({ url: 'wss://chat.example.com/ws', token: 'jwt', WebSocket: class {}, fetch, rollupMs: 100 });

const leave: () => void = client.on('state', (state: ConnectionState) => {
  switch (state.name) {
    case 'open': return console.log(state.via === 'websocket');
    case 'waiting': return console.log(state.retryInMs.toFixed(), state.code);
    case 'closed': return console.log(state.code === 4401);
    case 'connecting': return undefined;
  }
});
client.on('error', (error) => console.log(error.code, error.retryable, error.message));
client.on('frame', ({ direction, frame, size }) => console.log(direction === 'in', frame.type, size + 1));

const quiet: () => void = client.onNotification(({ title, priority, action_url, seq }) => {
  console.log(title.length, priority === 'critical', action_url?.length);
  client.inbox.ack(seq);
});
client.inbox.subscribe(({ notifications, acknowledged }) => console.log(notifications.length, acknowledged, quiet));
client.inbox.ack();

const thread: Thread = client.thread(randomId());
thread.ack(3);
thread.ack();
thread.subscribe(({ title, messages, run, tools, caughtUp }) => {
  const words: string[] = messages.map(({ role, text }) => `${role}: ${text}`);
  const isBusy: boolean = run?.state === 'open';
  console.log(title?.length, words, isBusy, tools.at(-1)?.status === 'executing', caughtUp);
}, { from: 'now' });

async function talk(): Promise<void> {
  try {
    const { seq, run_id, deleted, epoch } = await thread.send('hello', { whenBusy: 'queue', agent: 'builtin', id: 'c1' });
    console.log(seq + 1, run_id?.length, deleted === true, epoch?.length, thread.refusal?.threadId);
    await thread.start('writer', { topic: 'tea' }, { context: { name: 'Ada' }, whenBusy: 'replace', keep: true });
    await thread.chat([{ type: 'text', text: 'note' }]);
    await thread.cancel();
    await client.deleteThread(thread.id);
    const { seq: titled } = await client.setTitle(thread.id, 'Tea', { id: 'c2' });
    const { threads, next } = await client.threads({ limit: 10 });
    console.log(threads.map(({ thread_id, head }) => `${thread_id}: ${head + 1}`), next?.length, titled + 1);
    const agents = await client.agents();
    console.log(agents.find((agent) => agent.default)?.name, agents.map(({ abilities }) => abilities.includes('tools')));
    console.log(threads.map(({ title, last_activity }) => `${title?.length} ${last_activity.length}`));
  } catch (error) {
    if (!(error instanceof ParleyError)) throw error;
    const code: ErrorCode = error.code;
    if (error.retryable) setTimeout(talk, error.retryAfterMs ?? 1000);
    console.log(code === 'thread_busy', error.field?.length, error.commandId, error.status);
  }
  for await (const frame of thread) {
    const { type, payload }: Frame = frame;
    if (type === 'agent_completed') console.log(payload.text);
  }
}

thread.subscribe(({ run, messages }) => {
  if (run?.retryable) setTimeout(talk, run.retry_after_ms ?? 0);
  console.log(run?.usage?.prompt_tokens, messages.at(0)?.content);
});

const view: View = [{ type: 'caught_up' }].reduce(fold, emptyView);
console.log(view.seq, leave, talk);

// @ts-expect-error a token is needed
connect({ url: '/ws' });
// @ts-expect-error a token is text
connect({ url: '/ws', token: 7 });
// @ts-expect-error no such event
client.on('message', () => {});
// @ts-expect-error a client is created by connect()
new Client({});
// @ts-expect-error the state is read-only
client.state = { name: 'connecting' };
// @ts-expect-error `via` exists only while open
console.log(client.state.via);
// @ts-expect-error no such value of whenBusy
void thread.send('hello', { whenBusy: 'drop' });
// @ts-expect-error a chat has no agent
void thread.chat('hello', { agent: 'builtin' });
// @ts-expect-error there may be no title
console.log(view.title.length);
// @ts-expect-error an agent is needed
void thread.start();
// @ts-expect-error a view is read-only
view.messages.push(view.messages[0]);
// @ts-expect-error the run may be missing
console.log(view.run.run_id);
// @ts-expect-error no such code
console.log(new ParleyError({}).code === 'thread_bussy');
// @ts-expect-error internal method
void client.command('ping');
