import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joined } from '../../../../gateway/src/main/resources/console/page/run-lanes.js';

test('pieces of a lane that are too close are joined, so that their number is limited', () => {
  const pieces = Array.from({ length: 20_000 }, (_, index) => ({ from: 2 * index, to: 2 * index + 1 }));
  const drawn = joined(pieces, 40_000 / 500);
  assert.ok(drawn.length <= 500);
  assert.equal(drawn[0].from, 0);
  assert.equal(drawn.at(-1).to, pieces.at(-1).to);
});

test('pieces that are far apart stay separate', () => {
  const pieces = [{ from: 0, to: 10 }, { from: 50, to: 60 }, { from: 90, to: 100 }];
  assert.deepEqual(joined(pieces, 20), pieces);
});
