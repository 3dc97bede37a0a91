/**
 * Parley in the browser and in Node (20 or newer): one connection, any number of threads, no
 * dependencies.
 *
 *     const client = connect({ url: 'wss://chat.example.com/ws', token: () => fetchToken() });
 *     const thread = client.thread('t1');
 *     thread.subscribe((view) => draw(view.messages, view.run, view.tools));
 *     await thread.send('what is 12*(34+5)?');
 *
 * A command's promise resolves when the gateway has it on disk, or rejects with a ParleyError.
 * Commands sent while the connection is down wait for the next one, and are never executed twice.
 * The types are in parley.d.ts; the wire format is in the gateway's docs/protocol.md.
 */
import { Client } from './parley/client.js';

export { ParleyError } from './parley/errors.js';
export { emptyView, fold } from './parley/fold.js';
export { randomId } from './parley/ids.js';

/** Connects, and connects again until `close()`. */
export function connect(options) {
  return new Client(options);
}
