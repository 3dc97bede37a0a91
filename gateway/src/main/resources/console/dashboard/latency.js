/** How long each stage takes: over time for one of them, and now for all. */
import { $, h } from '../page/dom.js';
import { metricOf, STAGES } from './live.js';
import { makePlot } from './plot.js';
import { makeTable } from './table.js';
import { count, millis } from './units.js';

const WINDOW_MS = 300_000;
const PERCENTILES = ['p50_ms', 'p90_ms', 'p99_ms'];
const WORDS = {
  handshake: 'request to welcome', accept: 'command to accepted', commit: 'submitted to written',
  delivery: 'committed to socket', first_event: 'accepted to first event', run: 'start to end',
  resume: 'subscribe to caught up', store_write: 'one synced write', loop_delay: 'a task that was due',
};
const ALL = [...STAGES, 'store_write', 'loop_delay'];

export function makeLatency(timeline) {
  const select = $('stage');
  select.append(...STAGES.map((stage) => h('option', { value: stage, selected: stage === 'accept' }, stage)));
  const plot = makePlot($('plot-latency'), '', ['p50', 'p90', 'p99'], millis, { least: 0.1 });
  const drawTable = makeTable($('latency-table'), [
    { name: 'Stage', text: ({ stage }) => stage },
    { name: 'From … to', text: ({ stage }) => WORDS[stage] },
    ...PERCENTILES.map((key) => ({ name: `${key.slice(0, 3)}, 5 min`, isNumber: true, text: ({ recent }) => millis(recent[key]) })),
    { name: 'Number, 5 min', isNumber: true, text: ({ recent }) => count(recent.count) },
    ...PERCENTILES.map((key) => ({ name: `${key.slice(0, 3)}, since start`, isNumber: true,
      text: ({ all }) => millis(all[key]), exact: ({ all }) => all[key] })),
    { name: 'Number, since start', isNumber: true, text: ({ all }) => count(all.count), exact: ({ all }) => all.count },
  ], ({ stage }) => stage, '');

  return {
    onStage: (changed) => select.addEventListener('change', changed),
    drawFigures(live) {
      drawTable(ALL.map((stage) => ({ stage, recent: live.latency(WINDOW_MS, metricOf(stage)),
        all: live.latency(Infinity, metricOf(stage)) })));
    },
    drawPlot(hours, now) {
      plot.rename(`${select.value}: ${WORDS[select.value]}`);
      plot.draw(timeline.latency(hours, select.value, PERCENTILES), timeline.span(hours, now));
    },
  };
}
