/** The store: its disk, its tables and what holds its writes up. */
import { $, h, setText } from '../page/dom.js';
import { note } from './panel.js';
import { setAttribute } from './table.js';
import { bytes, count, millis, percent } from './units.js';

const store = (name) => ({ now }) => now.sum(`parley_store_${name}`);
const WINDOW_MS = 300_000;

const FACTS = [
  { name: 'Disk free', text: (live) => `${bytes(store('disk_free_bytes')(live))} (${percent(store('disk_free_bytes')(live), store('disk_bytes')(live))})`,
    exact: store('disk_free_bytes') },
  { name: 'Tables', text: (live) => `${bytes(store('table_bytes')(live))} in ${count(store('tables')(live))}`, exact: store('table_bytes') },
  { name: 'Stored without what was deleted', text: (live) => bytes(store('live_bytes')(live)) },
  { name: 'Writes', text: writesWords, tone: writesTone },
  { name: 'Commit queue', text: ({ now }) => bytes(now.sum('parley_commit_queue_bytes')) },
  { name: 'Compactions and flushes now', text: (live) => `${count(store('compactions')(live))} and ${count(store('flushes')(live))}` },
  { name: 'Yet to compact', text: (live) => bytes(store('pending_compaction_bytes')(live)) },
  { name: 'Commit p99, 5 min', text: (live) => millis(live.latency(WINDOW_MS, 'parley_commit_seconds').p99_ms) },
  { name: 'Synced write p99, 5 min', text: (live) => millis(live.latency(WINDOW_MS, 'parley_store_write_seconds').p99_ms) },
  { name: 'Incidents since the start', text: incidentsWords, tone: ({ now }) => (now.sum('parley_store_incidents_total') ? 'bad' : null) },
];

function writesWords(live) {
  if (store('write_stopped')(live)) return 'stopped: they wait for compactions';
  const slowed = store('delayed_write_bytes_per_second')(live);
  return slowed ? `slowed to ${bytes(slowed)} a second` : 'as fast as the disk';
}

function writesTone(live) {
  if (store('write_stopped')(live)) return 'bad';
  return store('delayed_write_bytes_per_second')(live) ? 'busy' : null;
}

function incidentsWords({ now }) {
  const incidents = [...now.sumsBy('incident', 'parley_store_incidents_total')];
  return incidents.map(([incident, number]) => `${incident} ${count(number)}`).join(', ') || 'none';
}

export function makeStore() {
  const cells = FACTS.map(({ name }) => {
    const cell = h('dd');
    $('store-figures').append(h('div', {}, h('dt', {}, name), cell));
    return cell;
  });
  return {
    drawFigures(live) {
      const isOnDisk = live.now.has('parley_store_table_bytes');
      note('store-note', isOnDisk ? '' : 'The store is in memory: it has no tables, and ends with the process.');
      $('store-figures').hidden = !isOnDisk;
      FACTS.forEach(({ text, exact, tone }, index) => {
        setText(cells[index], text(live));
        setAttribute(cells[index], 'data-value', exact?.(live));
        setAttribute(cells[index], 'data-tone', tone?.(live));
      });
    },
  };
}
