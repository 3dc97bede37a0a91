/**
 * A run of the builtin agent through the package ws. Prints the events and the end of the
 * connection as one line of JSON. Arguments: address, token, thread, window (0: no compression).
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(`${process.env.NODE_PROGRAMS}/`);
const { default: WebSocket } = await import(pathToFileURL(resolve('ws')));
const [url, token, thread, window] = process.argv.slice(2);
const bits = Number(window);

const socket = new WebSocket(url, ['parley.v1'], {
  headers: { Authorization: `Bearer ${token}` },
  perMessageDeflate: bits > 0 && { threshold: 0, ...(bits < 15 && { serverMaxWindowBits: bits }) },
});
const events = [];
let pongs = 0;

/** Sends a command in three fragments, with a ping between. */
function send(command) {
  const text = JSON.stringify(command);
  socket.send(text.slice(0, 10), { fin: false });
  socket.ping('beat');
  socket.send('', { fin: false });
  socket.send(text.slice(10));
}

socket.on('pong', (data) => { pongs += data.toString() === 'beat'; });
socket.on('message', (data, isBinary) => {
  const frame = JSON.parse(isBinary ? '' : data.toString());
  if (frame.type === 'welcome') {
    send({ type: 'subscribe', id: 's1', payload: { threads: [{ thread_id: thread, after: 0 }] } });
  } else if (frame.type === 'caught_up') {
    const payload = { agent: 'builtin', input: 'write 20 kilobytes' };
    send({ type: 'start_agent', id: 'c1', thread_id: thread, payload });
  }
  if (frame.seq) events.push(frame);
  if (frame.type === 'agent_completed') socket.close(1000);
});
socket.on('error', (error) => console.log(JSON.stringify({ name: 'error', text: String(error) })));
socket.on('close', (code) => {
  console.log(JSON.stringify({ name: 'end', extensions: socket.extensions, pongs, code, events }));
});
