/**
 * A client on a network with faults, for the Java tests. Sends PARLEY_QUESTION and prints each event
 * and state as a line of JSON. Environment: PARLEY_URL, PARLEY_TOKEN, PARLEY_QUESTION, and
 * PARLEY_VIA=http for a client without WebSocket.
 */
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';

const { PARLEY_URL: url, PARLEY_TOKEN: token, PARLEY_QUESTION: question, PARLEY_VIA: via } = process.env;
const print = (what) => console.log(JSON.stringify(what));

const client = connect({ url, token, ...(via === 'http' && { WebSocket: null }) });
client.on('state', print);
const thread = client.thread('network');
// Not awaited: a loop started after the answer has begun would read only the rest of it.
thread.send(question).then(() => print({ name: 'asked' }));
for await (const { type, seq, seq_from = seq } of thread) {
  print({ name: 'event', type, seq, seq_from });
  if (type === 'agent_completed') break;
}
print({ name: 'end', text: thread.view.messages.at(-1).text });
client.close();
