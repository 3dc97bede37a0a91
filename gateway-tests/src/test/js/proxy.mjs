/** A proxy between a client and a gateway with the faults of real networks. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

const REFUSAL = 'HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\n\r\n';

/**
 * Forwards everything except requests with a head that is too long.
 *
 * @param {{maxHead?: number, dropsCloses?: boolean}} [how] dropsCloses: the
 *   gateway is not told when a client closes
 * @returns {Promise<string>} the WebSocket address of the gateway through the proxy
 */
export async function startProxy(t, url, { maxHead = Infinity, dropsCloses = false } = {}) {
  const { hostname, port } = new URL(url);
  const sockets = [];
  const proxy = createServer((socket) => {
    let head = '';
    sockets.push(socket.on('error', () => {}));
    socket.on('data', function read(bytes) {
      head += bytes.toString('latin1');
      if (head.length > maxHead) return void socket.end(REFUSAL);
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      const gateway = connect(port, hostname, () => gateway.write(head, 'latin1'));
      sockets.push(gateway.on('error', () => {}));
      socket.pipe(gateway, { end: !dropsCloses }).pipe(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return `ws://127.0.0.1:${proxy.address().port}/ws`;
}
