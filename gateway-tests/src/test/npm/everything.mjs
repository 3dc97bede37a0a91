/**
 * The MCP server "everything" on a free port of 127.0.0.1, as streamable HTTP under /mcp.
 * Prints one line of JSON with its address. Ends when its input ends.
 */
import { Server } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

// The program itself binds every interface.
const { listen } = Server.prototype;
Server.prototype.listen = function (port, ...rest) {
  this.once('listening', () => {
    const { address, port: free } = this.address();
    console.log(JSON.stringify({ name: 'ready', url: `http://${address}:${free}` }));
  });
  return listen.call(this, Number(port), '127.0.0.1', ...rest.filter((each) => typeof each === 'function'));
};

process.argv[2] = 'streamableHttp';
process.env.PORT = '0';
const folder = join(process.env.NODE_PROGRAMS, 'node_modules/@modelcontextprotocol/server-everything');
await import(pathToFileURL(join(folder, 'dist/index.js')));
process.stdin.resume().on('end', () => process.exit());
