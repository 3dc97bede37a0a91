/** The state of the gateway, the alerts that fire, the figures of now and their plots. */
import { $, h, reconcile, setText } from '../page/dom.js';
import { BYTE_STEPS, makePlot, WHOLE_STEPS } from './plot.js';
import { setAttribute } from './table.js';
import { bytes, count, exactly, lasted, percent, rate, time } from './units.js';

const heap = { area: 'heap' };

/** A figure is drawn with `draw`; `more` is a second, smaller line. */
const TILES = [
  { id: 'connections', name: 'Connections', of: ({ now }) => now.sum('parley_connections'), draw: count,
    more: ({ now }) => `${count(now.sum('parley_connections_opened_total'))} opened` },
  { id: 'users', name: 'Users', of: ({ now }) => now.sum('parley_users'), draw: count,
    more: ({ now }) => `${count(now.sum('parley_users_entered_total'))} came` },
  { id: 'runs', name: 'Open runs', of: ({ now }) => now.sum('parley_runs'), draw: count,
    more: ({ now }) => `${count(now.sum('parley_runs_started_total'))} started` },
  { id: 'commands', name: 'Commands/s', of: (live) => live.rate('parley_commands_total'), draw: rate,
    more: ({ now }) => `${count(now.sum('parley_commands_total'))} in all` },
  { id: 'events', name: 'Events/s', of: (live) => live.rate('parley_events_appended_total'), draw: rate,
    more: ({ now }) => `${count(now.sum('parley_events_appended_total'))} in all` },
  { id: 'refused', name: 'Refused/s', draw: rate,
    of: (live) => sumOf(live.rate('parley_commands_refused_total'), live.rate('parley_handshakes_refused_total')),
    more: ({ now }) => `${count(now.sum('parley_commands_refused_total'))} commands, `
      + `${count(now.sum('parley_handshakes_refused_total'))} handshakes` },
  { id: 'heap', name: 'Heap', of: ({ now }) => now.sum('jvm_memory_used_bytes', heap), draw: bytes,
    more: ({ now }) => `of ${bytes(heapMax(now))}` },
  { id: 'outbound', name: 'Waits for sockets', of: ({ now }) => now.sum('parley_outbound_bytes'), draw: bytes,
    more: ({ now }) => `${percent(now.sum('parley_outbound_bytes'), now.sum('parley_limit_outbound_bytes'))} of the limit` },
];

const sumOf = (one, other) => (one === null ? null : one + other);

/** Areas without a maximum are exposed as -1. */
export const heapMax = (metrics) => metrics.series('jvm_memory_max_bytes', heap)
  .reduce((sum, { value }) => sum + Math.max(0, value), 0);

const STATES = {
  ready: ['Ready', 'good'], degraded: ['Degraded', 'busy'], draining: ['Draining', 'busy'],
  starting: ['Starting', 'busy'], failed: ['Failed', 'bad'],
};

const DEGRADED = {
  short_of_room: 'the disk is short of room; users with the most stored bytes are refused',
  low_on_room: 'the disk is nearly full; only the ends of runs are stored',
};

export function makeOverview(timeline) {
  const plots = [
    { plot: makePlot($('plot-connections'), 'Connections and users', ['Connections', 'Users'], count, { least: 4, steps: WHOLE_STEPS }),
      names: ['connections', 'users'] },
    { plot: makePlot($('plot-runs'), 'Open runs', ['Runs'], count, { least: 4, steps: WHOLE_STEPS }), names: ['runs'] },
    { plot: makePlot($('plot-rates'), 'Per second', ['Commands', 'Events', 'Refused'], rate),
      names: ['commands_per_second', 'events_per_second', 'refused_per_second'] },
    { plot: makePlot($('plot-memory'), 'Memory', ['Heap', 'Waits for sockets'], bytes, { least: 1 << 20, steps: BYTE_STEPS }),
      names: ['heap_bytes', 'outbound_bytes'] },
  ];
  const drawTiles = makeTiles();

  return {
    /** @param {import('./live.js').Live} live */
    drawFigures(live) {
      const { now } = live;
      setText($('version'), now.series('parley_version')[0]?.labels.version ?? '–');
      setText($('uptime'), lasted(now.sum('process_uptime_seconds')));
      setText($('updated'), time(Date.now()));
      drawTiles(live);
    },
    drawPlots(hours, now) {
      const span = timeline.span(hours, now);
      for (const { plot, names } of plots) plot.draw(timeline.series(hours, names), span);
    },
    /** @param {object | null} state the body of `/readyz`; null while nothing answers */
    drawState(state) {
      const [words, tone] = state ? STATES[state.status] ?? [state.status ?? 'Up', 'good'] : ['No answer', 'bad'];
      setText($('state-name'), words);
      $('state').dataset.tone = tone;
      const why = (state?.degraded ?? []).map(({ component, reason }) =>
        `${component}: ${DEGRADED[reason] ?? reason}`).join(' · ');
      setText($('state-why'), why);
      $('state-why').hidden = !why;
    },
    drawFiring,
  };
}

function makeTiles() {
  const drawn = TILES.map(({ id, name }) => {
    const figure = h('dd', { class: 'figure', id: `tile-${id}` });
    const more = h('dd', { class: 'more' });
    $('tiles').append(h('div', { class: 'tile' }, h('dt', {}, name), figure, more));
    return { figure, more };
  });
  return (live) => TILES.forEach((tile, index) => {
    const { figure, more } = drawn[index];
    const value = tile.of(live);
    setText(figure, tile.draw(value));
    setAttribute(figure, 'data-value', value);
    setAttribute(figure, 'title', value === null ? null : exactly(value));
    setText(more, tile.more(live));
  });
}

const FIRING = {
  create: () => h('li', {}, h('strong'), h('span'), h('span', { class: 'hint' })),
  update: ({ children: [name, message, since] }, alert) => {
    setText(name, alert.alert);
    setText(message, alert.message ?? 'fires now');
    setText(since, alert.fired_at ? `since ${time(alert.fired_at)}` : '');
  },
};

/** @param {{alert: string, message?: string, fired_at?: string}[]} alerts */
function drawFiring(alerts) {
  reconcile($('firing'), alerts.map((item) => ({ key: item.alert, item, kind: FIRING })));
}

/** The alerts that fire, as far as `/metrics` tells. */
export const firingIn = (metrics) => metrics.series('parley_alert_firing')
  .filter(({ value }) => value > 0).map(({ labels }) => ({ alert: labels.alert }));
