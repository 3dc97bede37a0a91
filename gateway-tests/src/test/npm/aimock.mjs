/**
 * aimock on a free port of 127.0.0.1: both APIs of OpenAI, and Anthropic, under /v1, AG-UI under /agui.
 * Prints one line of JSON with its address. Ends when its input ends.
 *
 * The last message of the user chooses the answer.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { resolve } = createRequire(`${process.env.NODE_PROGRAMS}/`);
const { LLMock } = await import(pathToFileURL(resolve('@copilotkit/aimock')));
const { AGUIMock } = await import(pathToFileURL(resolve('@copilotkit/aimock/agui')));

const slowly = { chunkSize: 8, streamingProfile: { ttft: 20, tps: 200 } };
const mock = new LLMock({ host: '127.0.0.1', port: 0, logLevel: 'silent' });
const answer = (userMessage, response, options = {}) =>
  mock.addFixture({ match: { userMessage }, response, ...options });
const refuse = (userMessage, status, type, retryAfter) =>
  answer(userMessage, { error: { message: `refused: ${userMessage}`, type }, status, retryAfter });

answer('say hello', { content: 'Hello there, naïve 日本 🚀!' });
answer('think first', { content: 'It is 42.', reasoning: 'Six times seven is forty-two.' });
mock.addFixture({
  match: { userMessage: 'use a tool', hasToolResult: true },
  response: { content: 'I had no tool.' },
});
answer('use a tool', {
  toolCalls: [{ id: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo"}' }],
});
answer('say a lot', { content: 'word '.repeat(400) }, { chunkSize: 5, streamingProfile: { ttft: 20, tps: 50 } });
answer('cut the stream', { content: 'word '.repeat(20) }, { ...slowly, truncateAfterChunks: 4 });
answer('drop', { content: 'never' }, { chaos: { dropRate: 1 } });
answer('send junk', { content: 'never' }, { chaos: { malformedRate: 1 } });
answer('hang up', { content: 'never' }, { chaos: { disconnectRate: 1 } });
refuse('bad request', 400, 'invalid_request_error');
refuse('wrong key', 401, 'authentication_error');
refuse('unknown model', 404, 'not_found_error');
refuse('too many requests', 429, 'rate_limit_error', 1);
refuse('broken', 500, 'server_error');
refuse('overloaded', 529, 'overloaded_error');

const agui = new AGUIMock({ logLevel: 'silent' });
agui.onMessage('say hello', 'Hello there, naïve 日本 🚀!');
agui.onReasoning('think first', 'Six times seven is forty-two.');
agui.onToolCall('use a tool', 'get_weather', '{"city":"Oslo"}', { result: '21 °C' });
mock.mount('/agui', agui);

console.log(JSON.stringify({ name: 'ready', url: await mock.start() }));
process.stdin.resume().on('end', () => process.exit());
