/**
 * A client on its way through a network that its starter makes bad: asks, and writes down what it
 * sees, a line of JSON each. Environment: PARLEY_URL, PARLEY_TOKEN, PARLEY_QUESTION; PARLEY_VIA may
 * be http, for no WebSocket at all.
 */
import { connect } from '../../../../gateway/src/main/resources/console/parley.js';

const { PARLEY_URL: url, PARLEY_TOKEN: token, PARLEY_QUESTION: question, PARLEY_VIA: via } = process.env;
const tell = (what) => console.log(JSON.stringify(what));

const client = connect({ url, token, ...(via === 'http' && { WebSocket: null }) });
client.on('state', tell);
const thread = client.thread('journey');
// Not awaited: who comes to listen after the answer has begun hears only the rest of it
thread.send(question).then(() => tell({ name: 'asked' }));
for await (const { type, seq, seq_from = seq } of thread) {
  tell({ name: 'event', type, seq, seq_from });
  if (type === 'agent_completed') break;
}
tell({ name: 'end', text: thread.view.messages.at(-1).text });
client.close();
