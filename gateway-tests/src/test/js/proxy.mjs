/** Something between a client and a gateway that treats them as the networks of the world do. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const REFUSAL = 'HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n';

/**
 * Passes everything on but requests whose head is too long.
 *
 * @param {{mostHead?: number, isForgetful?: boolean}} [how] forgetful: of a client that is gone the
 *   gateway hears nothing
 * @returns {Promise<string>} the address of the gateway's WebSocket behind it
 */
export async function startProxy(t, url, { mostHead = Infinity, isForgetful = false } = {}) {
  const { hostname, port } = new URL(url);
  const sockets = [];
  const proxy = createServer((socket) => {
    let head = '';
    sockets.push(socket.on('error', () => {}));
    socket.on('data', function read(bytes) {
      head += bytes.toString('latin1');
      if (head.length > mostHead) return void socket.end(REFUSAL);
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      const gateway = connect(port, hostname, () => gateway.write(head, 'latin1'));
      sockets.push(gateway.on('error', () => {}));
      socket.pipe(gateway, { end: !isForgetful }).pipe(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return `ws://127.0.0.1:${proxy.address().port}/ws`;
}
