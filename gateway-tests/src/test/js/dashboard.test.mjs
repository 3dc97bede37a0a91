import assert from 'node:assert/strict';
import { test } from 'node:test';

const { bucketsSince, parseMetrics, quantile } = await import(module('metrics.js'));
const { Live, pointOf } = await import(module('live.js'));
const { Timeline } = await import(module('timeline.js'));
const { Poller } = await import(module('poller.js'));
const units = await import(module('units.js'));

function module(file) {
  return `../../../../gateway/src/main/resources/console/dashboard/${file}`;
}

const TEXT = `# HELP parley_connections Connections that are open now.
# TYPE parley_connections gauge
parley_connections{tier="free"} 3.0
parley_connections{tier="mid"} 4.0
parley_users 1.2E7
parley_run_seconds_bucket{agent="a",le="0.1"} 2
parley_run_seconds_bucket{agent="a",le="1.0"} 4
parley_run_seconds_bucket{agent="a",le="+Inf"} 4
parley_run_seconds_bucket{agent="b",le="0.1"} 0
parley_run_seconds_bucket{agent="b",le="1.0"} 5
parley_run_seconds_bucket{agent="b",le="+Inf"} 6
`;

test('samples are read with their labels and summed', () => {
  const metrics = parseMetrics(TEXT);
  assert.equal(metrics.sum('parley_connections'), 7);
  assert.equal(metrics.sum('parley_connections', { tier: 'mid' }), 4);
  assert.equal(metrics.sum('parley_users'), 12_000_000);
  assert.equal(metrics.sum('absent'), 0);
  assert.equal(metrics.has('absent'), false);
  assert.deepEqual([...metrics.sumsBy('tier', 'parley_connections')], [['free', 3], ['mid', 4]]);
});

test('escaped label values, timestamps, infinities and lines that are none are read or skipped', () => {
  const metrics = parseMetrics([
    'a{name="with \\"quotes\\", a \\\\ and a\\nbreak",other="}"} 1 1700000000000',
    'b +Inf', 'c NaN', '{} 3', 'nonsense', ''].join('\r\n'));
  assert.deepEqual(metrics.series('a'),
    [{ labels: { name: 'with "quotes", a \\ and a\nbreak', other: '}' }, value: 1 }]);
  assert.equal(metrics.sum('b'), Infinity);
  assert.ok(Number.isNaN(metrics.sum('c')));
});

test('buckets of all series are added up, in ascending order', () => {
  const metrics = parseMetrics(TEXT);
  assert.deepEqual(metrics.buckets('parley_run_seconds'),
    [{ le: 0.1, count: 2 }, { le: 1, count: 9 }, { le: Infinity, count: 10 }]);
  assert.deepEqual(metrics.buckets('parley_run_seconds', { agent: 'a' }).map(({ count }) => count), [2, 4, 4]);
});

test('percentiles are interpolated as Prometheus does', () => {
  const buckets = [{ le: 0.1, count: 50 }, { le: 0.2, count: 90 }, { le: Infinity, count: 100 }];
  assert.equal(quantile(0.5, buckets), 0.1);
  assert.equal(quantile(0.25, buckets), 0.05);
  assert.ok(Math.abs(quantile(0.7, buckets) - 0.15) < 1e-12);
  assert.equal(quantile(0.99, buckets), 0.2);
  assert.equal(quantile(0.5, []), null);
  assert.equal(quantile(0.5, [{ le: 1, count: 0 }, { le: Infinity, count: 0 }]), null);
  assert.equal(quantile(0, [{ le: 1, count: 0 }, { le: 2, count: 4 }]), 1);
});

test('what came between two scrapes is a difference, and all there is after a restart', () => {
  const before = [{ le: 1, count: 4 }, { le: Infinity, count: 6 }];
  assert.deepEqual(bucketsSince(before, [{ le: 1, count: 9 }, { le: Infinity, count: 12 }]),
    [{ le: 1, count: 5 }, { le: Infinity, count: 6 }]);
  const again = [{ le: 1, count: 1 }, { le: Infinity, count: 2 }];
  assert.deepEqual(bucketsSince(before, again), again);
  assert.deepEqual(bucketsSince([], again), again);
});

const scrape = (uptime, commands, more = '') =>
  parseMetrics(`process_uptime_seconds ${uptime}\nparley_commands_total{type="chat"} ${commands}\n${more}`);

test('rates are those between the last two scrapes, and begin again with the process', () => {
  const live = new Live();
  live.add(scrape(10, 100), 0);
  assert.equal(live.rate('parley_commands_total'), null);
  live.add(scrape(12, 150), 2_000);
  assert.equal(live.rate('parley_commands_total'), 25);
  live.add(scrape(1, 5), 4_000);
  assert.equal(live.rate('parley_commands_total'), null);
  assert.equal(pointOf(live, 10_000).values.commands_per_second, null);
});

test('percentiles are those of a window, in milliseconds', () => {
  const live = new Live();
  const at = (fast, slow) =>
    `parley_accept_seconds_bucket{le="0.01"} ${fast}\nparley_accept_seconds_bucket{le="+Inf"} ${fast + slow}`;
  live.add(scrape(1, 0, at(100, 0)), 0);
  assert.deepEqual(live.latency(10_000, 'parley_accept_seconds'),
    { count: 0, p50_ms: null, p90_ms: null, p99_ms: null });
  live.add(scrape(31, 0, at(100, 0)), 30_000);
  live.add(scrape(36, 0, at(104, 0)), 35_000);
  const { count, ...percentiles } = live.latency(10_000, 'parley_accept_seconds');
  assert.equal(count, 4);
  assert.deepEqual(Object.values(percentiles).map((ms) => ms.toFixed(6)), ['5.000000', '9.000000', '9.900000']);
  assert.equal(live.latency(1_000, 'parley_accept_seconds').count, 4);
  assert.equal(live.latency(Infinity, 'parley_accept_seconds').count, 104);
  assert.equal(live.countSince(60_000, 'parley_accept_seconds_bucket', { le: '0.01' }), 4);
});

test('the scrapes of a day do not fill the memory', () => {
  const live = new Live();
  for (let at = 0; at < 600_000; at += 2_000) live.add(scrape(at / 1000, at), at);
  assert.equal(live.countSince(300_000, 'parley_commands_total'), 298_000);
  assert.equal(live.countSince(10_000, 'parley_commands_total'), 10_000);
});

test('a plot has the history, then what was seen after it', () => {
  const timeline = new Timeline();
  const point = (runs) => ({ values: { runs }, latencies: { run: { p50_ms: runs } } });
  timeline.add(point(1), 10_000);
  timeline.add(point(2), 12_000);
  assert.deepEqual(timeline.series(1, ['runs']), [[10, 12], [1, 2]]);
  assert.deepEqual(timeline.span(1, 12_000), [-108, 12]);
  timeline.setHistory(1, { times: [5_000, 10_000], series: { runs: [7, null] },
    latencies: { run: { p50_ms: [8, 9] } } });
  assert.deepEqual(timeline.series(1, ['runs', 'unknown']), [[5, 10, 12], [7, null, 2], [null, null, null]]);
  assert.deepEqual(timeline.latency(1, 'run', ['p50_ms']), [[5, 10, 12], [8, 9, 2]]);
  assert.deepEqual(timeline.span(1, 605_000), [5, 605]);
  assert.deepEqual(timeline.span(1, 7_200_000), [3600, 7200]);
  timeline.add(point(3), 60_000);
  assert.deepEqual(timeline.series(24, ['runs'])[1], [1, 2, null, 3]);
});

function scripted(outcomes) {
  const platform = { time: 0, timers: [], now: () => platform.time,
    setTimeout: (run, ms) => platform.timers.push({ run, ms }), clearTimeout: () => {} };
  let running = 0;
  const poller = new Poller(async () => {
    assert.equal(++running, 1);
    await null;
    running--;
    if (!outcomes.shift()) throw new Error('no answer');
  }, undefined, platform);
  return { poller, platform };
}

test('rounds follow each other after two seconds, with longer pauses while they fail', async () => {
  const { poller, platform } = scripted([true, false, false, false, false, false, true]);
  poller.start();
  for (let round = 0; round < 7; round++) {
    await new Promise(setImmediate);
    await Promise.all([platform.timers.at(-1).run(), poller.now()]);
  }
  assert.deepEqual(platform.timers.map(({ ms }) => ms).slice(0, 7),
    [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 2_000]);
});

test('no round begins while the page is out of sight', async () => {
  const { poller, platform } = scripted([true, true]);
  poller.start();
  await new Promise(setImmediate);
  poller.pause();
  await poller.now();
  assert.equal(platform.timers.length, 1);
  assert.equal(poller.isPaused, true);
  poller.start();
  await new Promise(setImmediate);
  assert.equal(platform.timers.length, 2);
});

test('figures have units that a person reads', () => {
  assert.deepEqual([null, 0, 999, 1234567, 12345678].map(units.count), ['–', '0', '999', '1,234,567', '12.35M']);
  assert.deepEqual([0, 0.25, 99.94, 12345].map(units.rate), ['0', '0.3', '99.9', '12,345']);
  assert.deepEqual([0, 999, 1024, 1500, 512 * 1024 ** 2, 3 * 1024 ** 4].map(units.bytes),
    ['0 B', '999 B', '1 KiB', '1.46 KiB', '512 MiB', '3 TiB']);
  assert.deepEqual([0.123, 9.876, 123.4, 1500, 150_000].map(units.millis),
    ['0.123 ms', '9.88 ms', '123 ms', '1.5 s', '2.5 min']);
  assert.deepEqual([0, 59.9, 60, 3_725, 90_000, 200_000].map(units.lasted),
    ['0 s', '59 s', '1 min', '1 h 2 min', '1 d 1 h', '2 d 7 h']);
  assert.equal(units.percent(1, 0), '–');
  assert.equal(units.percent(1, 8), '12.5 %');
  assert.equal(units.time('nonsense'), '–');
});
