/**
 * An agent of Mastra behind AG-UI, on a free port of 127.0.0.1, with one tool. Its model is aimock.
 * Prints one line of JSON with its address. Ends when its input ends.
 *
 * The last message of the user chooses the answer.
 */
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(`${process.env.NODE_PROGRAMS}/`);
const load = (name) => import(pathToFileURL(resolve(name)));
const { LLMock } = await load('@copilotkit/aimock');
const { MastraAgent } = await load('@ag-ui/mastra');
const { Agent } = await load('@mastra/core/agent');
const { createTool } = await load('@mastra/core/tools');
const { z } = await load('zod');

const model = new LLMock({ host: '127.0.0.1', port: 0, logLevel: 'silent' });
const answer = (userMessage, response, options = {}) =>
  model.addFixture({ match: { userMessage }, response, ...options });
const weather = (id, city) => ({ id, name: 'get_weather', arguments: JSON.stringify({ city }) });
answer('say hello', { content: 'Hello there, naïve 日本 🚀!' });
answer('think first', { content: 'It is 42.', reasoning: 'Six times seven is forty-two.' });
model.addFixture({
  match: { userMessage: 'use two tools', hasToolResult: true },
  response: { content: 'Oslo is warmer.' },
});
answer('use two tools', { toolCalls: [weather('call_1', 'Oslo'), weather('call_2', 'Bergen')] });
answer('say a lot', { content: 'word '.repeat(400) }, { chunkSize: 5, streamingProfile: { ttft: 20, tps: 50 } });
answer('broken', { error: { message: 'the model is broken', type: 'invalid_request_error' }, status: 400 });
model.addFixture({
  match: { predicate: ({ messages }) => messages.some(({ content }) => content?.includes?.('say hello')) },
  response: { content: 'You said hello.' },
});

const agent = new Agent({
  id: 'weather',
  name: 'weather',
  instructions: 'You know the weather.',
  model: { id: 'mock/a-model', url: `${await model.start()}/v1`, apiKey: 'any' },
  tools: {
    get_weather: createTool({
      id: 'get_weather',
      description: 'The weather of a city',
      inputSchema: z.object({ city: z.string() }),
      execute: async ({ city }) => ({ celsius: city.length + 17 }),
    }),
  },
});

const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const input = JSON.parse(body);
  const events = new MastraAgent({ agent, resourceId: 'test', threadId: input.threadId }).run(input);
  const write = (event) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const subscription = events.subscribe({
    next: write,
    error: (error) => {
      write({ type: 'RUN_ERROR', message: String(error) });
      response.end();
    },
    complete: () => response.end(),
  });
  response.on('close', () => subscription.unsubscribe());
});
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ name: 'ready', url: `http://127.0.0.1:${server.address().port}/` })),
);
process.stdin.resume().on('end', () => process.exit());
