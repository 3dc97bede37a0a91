import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  endingWords, failureWords, readable, usageWords, waitWords,
} from '../../../../gateway/src/main/resources/console/page/words.js';

const CODES = ['upstream_unreachable', 'upstream_timeout', 'upstream_rejected', 'upstream_auth',
  'upstream_rate_limited', 'upstream_error', 'upstream_truncated', 'upstream_disconnected',
  'upstream_protocol', 'content_filter', 'run_timeout', 'gateway_restarted', 'max_steps',
  'approval_unsupported', 'agent_error', 'overloaded', 'internal', 'quota_exceeded', 'rate_limited'];

test('each code of a failed run has a sentence of its own', () => {
  const sentences = CODES.map((code) => failureWords({ code, message: 'raw' }));
  assert.equal(new Set(sentences).size, CODES.length);
  assert.ok(!sentences.includes('raw'));
});

test('an unknown code shows the message of the agent', () => {
  assert.equal(failureWords({ code: 'teapot', message: 'short and stout' }), 'short and stout');
  assert.equal(failureWords({ code: 'constructor' }), 'The answer failed.');
});

test('the tokens of a run are found under the names of each service', () => {
  const words = '1,200 tokens in · 34 tokens out';
  assert.equal(usageWords({ prompt_tokens: 1200, completion_tokens: 34, total_tokens: 1234 }), words);
  assert.equal(usageWords({ input_tokens: 1200, output_tokens: 34 }), words);
  assert.equal(usageWords({ inputTokens: 1200, outputTokens: 34 }), words);
  assert.equal(usageWords({ promptTokenCount: 1200, candidatesTokenCount: 34 }), words);
  assert.equal(usageWords([{ inputTokens: 1000, outputTokens: 30 }, { inputTokens: 200, outputTokens: 4 }]), words);
  assert.equal(usageWords({ input_tokens: 200, cache_read_input_tokens: 1000, output_tokens: 34 }), words);
  assert.equal(usageWords({ total_tokens: 1234 }), '1,234 tokens');
});

test('a usage without counts of tokens shows nothing', () => {
  for (const usage of [undefined, null, 7, 'many', {}, [], [null], { prompt_tokens: '7' },
    { prompt_tokens: -1 }, { output_tokens: NaN }]) {
    assert.equal(usageWords(usage), '', JSON.stringify(usage));
  }
});

test('the end of a run tells its time, usage and cut', () => {
  const run = { state: 'completed', started_at: '2026-11-22T10:00:00Z', ended_at: '2026-11-22T10:00:02Z' };
  assert.equal(endingWords(run), 'Done in 2.0 s');
  assert.equal(endingWords({ ...run, finish: 'length', usage: { output_tokens: 5 } }),
    'Done in 2.0 s · 5 tokens out · cut at the length limit');
});

test('a wait is told in seconds, minutes or hours', () => {
  assert.deepEqual([1, 2_500, 120_000, 120_001, 7_200_001].map(waitWords),
    ['1 s', '3 s', '120 s', '3 min', '3 h']);
});

test('a large nested value does not become many times longer', () => {
  let value = [1];
  for (let depth = 0; depth < 60; depth++) value = [value];
  const large = Array.from({ length: 2_000 }, () => value);
  assert.equal(readable(large).length, JSON.stringify(large).length);
});
