import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventStreamReader } from
  '../../../../gateway/src/main/resources/console/parley/event-stream.js';

const MIB = 1024 * 1024;

function read(text, pieceUnits, reader = new EventStreamReader()) {
  const messages = [];
  for (let at = 0; at < text.length; at += pieceUnits) {
    messages.push(...reader.read(text.slice(at, at + pieceUnits)));
  }
  return messages;
}

const ENDS = { LF: '\n', CR: '\r', CRLF: '\r\n' };
for (const [name, end] of Object.entries(ENDS)) {
  test(`messages with ${name} are complete, for every two cut points`, () => {
    const lines = [': hello', 'id: e-1', 'data: {"a":', 'data: 1}', '', 'event: x', 'data:2', '', '',
      'data:  3', '', 'data: 4', ''];
    const text = lines.join(end);
    for (let one = 0; one <= text.length; one++) {
      for (let two = one; two <= text.length; two++) {
        const reader = new EventStreamReader();
        const pieces = [text.slice(0, one), text.slice(one, two), text.slice(two)];
        const messages = pieces.flatMap((piece) => reader.read(piece));
        assert.deepEqual(messages, ['{"a":\n1}', '2', ' 3'], `cut at ${one} and ${two}`);
      }
    }
  });
}

test('a message that ends with CR is delivered without waiting for more text', () => {
  const reader = new EventStreamReader();
  assert.deepEqual(reader.read('data: 1\r\r'), ['1']);
  assert.deepEqual(reader.read(''), []);
  assert.deepEqual(reader.read('\ndata: 2\r\n\r'), ['2']);
});

/** Quadratic copying or scanning would take about a thousand times as long. */
test('parsing 8 MiB in one line and 1 MiB in many lines takes linear time', () => {
  const began = performance.now();
  assert.equal(read(`data: ${'x'.repeat(8 * MIB)}\n\n`, 16_384)[0].length, 8 * MIB);
  assert.equal(read(`${'data: x\n'.repeat(MIB / 8)}\n`, 16_384)[0].length, MIB / 4 - 1);
  assert.equal(read(`data: ${'x'.repeat(MIB / 4)}\n\n`, 1)[0].length, MIB / 4);
  assert.ok(performance.now() - began < 20_000);
});

test('a message may have the maximum length, in one line or many, but not more', () => {
  assert.deepEqual(read('data: 3456\n\n', 3, new EventStreamReader(10)), ['3456']);
  const tooLong = ['data: 34567', 'data:3\ndata:6', 'not a data line', ': comment, too'];
  for (const text of tooLong) {
    assert.throws(() => read(text, 3, new EventStreamReader(10)), /more than 10 units/, text);
  }
});

test('text already processed does not count towards the limit', () => {
  const text = `${': comment\n\n'.repeat(50)}${'data:1\n\n'.repeat(50)}`;
  assert.equal(read(text, 7, new EventStreamReader(10)).length, 50);
});
