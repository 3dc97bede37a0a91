/** What the users of each tier may have, and how near the process is to its own limits. */
import { $, h, reconcile, setText } from '../page/dom.js';
import { heapMax } from './overview.js';
import { setAttribute, makeTable } from './table.js';
import { bytes, count, millis, percent } from './units.js';

const NEAR = 0.75;
const FULL = 0.95;

const BOUNDS = [
  { name: 'Sockets', used: 'parley_sockets', limit: 'parley_limit_sockets', draw: count },
  { name: 'Waits for sockets', used: 'parley_outbound_bytes', limit: 'parley_limit_outbound_bytes', draw: bytes },
  { name: 'Pages of the store', used: 'parley_page_bytes', limit: 'parley_limit_page_bytes', draw: bytes },
  { name: 'Recent events', used: 'parley_recent_bytes', limit: 'parley_limit_recent_bytes', draw: bytes, isCache: true },
  { name: 'Commit queue', used: 'parley_commit_queue_bytes', limit: 'parley_limit_commit_queue_bytes', draw: bytes },
  { name: 'Memory of the store', used: 'parley_store_memory_bytes', limit: 'parley_limit_store_memory_bytes', draw: bytes, isCache: true },
];

export function makeLimits() {
  const perUser = (name, key, draw) => ({ name, isNumber: true, text: (row) => draw(row[key]) });
  const drawTiers = makeTable($('tiers-table'), [
    { name: 'Tier', text: ({ tier }) => tier },
    { name: 'Connections now', isNumber: true, text: ({ now }) => count(now), exact: ({ now }) => now },
    perUser('Connections a user', 'connections', count),
    perUser('Open runs a user', 'openRuns', count),
    perUser('Commands a minute', 'commands', count),
    perUser('Threads a user', 'threads', count),
    perUser('Stored a user', 'stored', bytes),
    { name: 'Accept p99', isNumber: true, text: ({ accept }) => millis(accept.p99_ms) },
    { name: 'First event p99', isNumber: true, text: ({ first }) => millis(first.p99_ms) },
  ], ({ tier }) => tier, 'This gateway tells no limits of tiers.');
  return {
    drawFigures(live) {
      drawTiers(tiersIn(live));
      reconcile($('bounds'), boundsIn(live.now).map((item) => ({ key: item.name, item, kind: BOUND })));
    },
  };
}

function tiersIn(live) {
  const { now } = live;
  const names = new Set([...now.sumsBy('tier', 'parley_limit_connections').keys(),
    ...now.sumsBy('tier', 'parley_connections').keys()]);
  const limit = (name, tier) => now.series(`parley_limit_${name}`, { tier })[0]?.value ?? null;
  const rows = [...names].map((tier) => ({
    tier,
    now: now.sum('parley_connections', { tier }),
    connections: limit('connections', tier), openRuns: limit('open_runs', tier),
    commands: limit('commands_per_minute', tier), threads: limit('threads', tier), stored: limit('stored_bytes', tier),
    accept: live.latency(Infinity, 'parley_accept_seconds', { tier }),
    first: live.latency(Infinity, 'parley_first_event_seconds', { tier }),
  }));
  return rows.sort((one, other) => (one.commands ?? 0) - (other.commands ?? 0) || one.tier.localeCompare(other.tier));
}

function boundsIn(now) {
  const rows = BOUNDS.filter(({ used, limit }) => now.has(used) && now.has(limit))
    .map(({ used, limit, ...row }) => ({ ...row, used: now.sum(used), limit: now.sum(limit) }));
  return [...rows, { name: 'Heap', used: now.sum('jvm_memory_used_bytes', { area: 'heap' }), limit: heapMax(now), draw: bytes }];
}

/** A cache that is full is as it should be. */
function toneOf({ used, limit, isCache }) {
  const part = used / limit;
  if (isCache || part < NEAR) return null;
  return part < FULL ? 'busy' : 'bad';
}

const BOUND = {
  create: () => h('li', {}, h('span'), h('div', { class: 'level', 'aria-hidden': 'true' }, h('i')), h('span')),
  update: (row, item) => {
    const [name, level, words] = row.children;
    setText(name, item.name);
    level.firstChild.style.width = `${Math.min(100, 100 * item.used / item.limit)}%`;
    setText(words, `${item.draw(item.used)} of ${item.draw(item.limit)} (${percent(item.used, item.limit)})`);
    setAttribute(row, 'data-tone', toneOf(item));
  },
};
