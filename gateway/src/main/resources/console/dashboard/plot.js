/** Plots over time, drawn by uPlot in the colours of the page, each with its figures as text. */
import { h, setText } from '../page/dom.js';
import { makeTable } from './table.js';
import { NONE, time } from './units.js';

const HEIGHT = 176;
const LINES = [
  { color: '--kind-text' },
  { color: '--kind-tool', dash: [6, 4] },
  { color: '--kind-thinking', dash: [2, 3] },
];
const ROWS = 12;
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const CLOCK_OF_SECONDS = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const SHORT_SPAN = 600;
/** Whole numbers: 1, 2, 5, 10 and so on. */
export const WHOLE_STEPS = Array.from({ length: 39 }, (_, step) => [1, 2, 5][step % 3] * 10 ** Math.floor(step / 3));
/** Powers of two up to 2 EiB. */
export const BYTE_STEPS = Array.from({ length: 62 }, (_, power) => 2 ** power);

const drawn = new Set();
const colors = new Map();

/** A custom property may be `light-dark(…)`: only a property of an element has the colour itself. */
function colorOf(name) {
  if (!colors.has(name)) {
    const probe = h('i');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    colors.set(name, getComputedStyle(probe).color);
    probe.remove();
  }
  return colors.get(name);
}

/** Draws all plots in the colours of now. */
export function redrawPlots() {
  colors.clear();
  for (const plot of drawn) plot.redraw(false);
}

/**
 * @param {HTMLElement} figure empty @param {string} title
 * @param {string[]} labels of the series, at most three @param {(figure: number) => string} format
 * @param {number} [scale.least] the upper end of the axis while all figures are smaller
 * @param {number[]} [scale.steps] between the marks of the axis
 */
export function makePlot(figure, title, labels, format, { least = 1, steps } = {}) {
  const values = labels.map(() => h('b', {}, NONE));
  const place = h('div', { class: 'canvas', role: 'img', 'data-empty': 'Nothing was measured yet' });
  const heading = h('span', {}, title);
  const table = h('table');
  const details = h('details', {}, h('summary', {}, 'As a table'),
    h('div', { class: 'scroll', role: 'region', tabindex: '0', 'aria-label': title }, table));
  figure.append(h('figcaption', {}, heading, h('ul', { class: 'legend' }, ...labels.map((label, line) =>
    h('li', {}, h('span', { class: 'key', 'data-line': line, 'aria-hidden': 'true' }), `${label} `, values[line])))),
  place, details);
  const drawRows = makeTable(table, [{ name: 'From', text: ({ at }) => time(at * 1000) },
    ...labels.map((name, line) => ({ name, isNumber: true, text: ({ means }) => format(means[line]) }))],
  ({ at }) => at, 'Nothing was measured yet.');

  let data = [[], ...labels.map(() => [])];
  let span = [0, 1];
  const plot = new globalThis.uPlot(options(), data, place);
  drawn.add(plot);
  new ResizeObserver(([{ contentRect: { width } }]) => width && plot.setSize({ width, height: HEIGHT })).observe(place);
  details.addEventListener('toggle', drawTable);

  return {
    rename(words) {
      setText(heading, words);
    },
    draw(newData, newSpan) {
      data = newData;
      span = newSpan;
      const isEmpty = data.slice(1).every((each) => each.every((value) => value === null));
      if (isEmpty) place.dataset.empty = 'Nothing was measured yet';
      else delete place.dataset.empty;
      plot.setData(data);
      drawLegend(plot.cursor.idx);
      place.setAttribute('aria-label', summary());
      drawTable();
    },
  };

  function options() {
    const axis = (more) => ({ stroke: () => colorOf('--soft'), font: `12px ${getComputedStyle(document.body).fontFamily}`,
      grid: { stroke: () => colorOf('--line'), width: 1 }, ticks: { show: false }, ...more });
    return {
      width: place.clientWidth || 300,
      height: HEIGHT,
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'time' }, points: { size: 6 } },
      scales: { x: { time: true, range: () => span },
        y: { range: (_, low, high) => [0, Math.max(least, (high ?? 0) * 1.1)] } },
      axes: [axis({ space: 72, size: 28, values: (_, splits) => splits.map(clock) }),
        axis({ size: 64, space: 36, ...(steps && { incrs: steps }), values: (_, splits) => splits.map(format) })],
      series: [{}, ...labels.map((label, line) => ({ label, width: 1.5, spanGaps: false, points: { show: false },
        stroke: () => colorOf(LINES[line].color), dash: LINES[line].dash }))],
      hooks: { setCursor: [({ cursor: { idx } }) => drawLegend(idx)] },
    };
  }

  function clock(seconds) {
    return (span[1] - span[0] < SHORT_SPAN ? CLOCK_OF_SECONDS : CLOCK).format(seconds * 1000);
  }

  /** The figures under the pointer, else the last ones. */
  function drawLegend(index) {
    values.forEach((element, line) => {
      const series = data[line + 1];
      setText(element, format(series[index ?? series.length - 1] ?? null));
    });
  }

  function summary() {
    const from = Math.round((span[1] - span[0]) / 60);
    return `${heading.textContent}, the last ${from} minutes. ${labels.map((label, line) => {
      const known = data[line + 1].filter((value) => value !== null);
      if (!known.length) return `${label}: nothing was measured.`;
      const [low, high] = known.reduce(([least, most], value) => [Math.min(least, value), Math.max(most, value)],
        [Infinity, -Infinity]);
      return `${label}: ${format(known.at(-1))} last, from ${format(low)} to ${format(high)}.`;
    }).join(' ')}`;
  }

  /** Means of twelve parts of the time that is shown, the newest first. */
  function drawTable() {
    if (!details.open) return;
    const step = (span[1] - span[0]) / ROWS;
    const rows = Array.from({ length: ROWS }, (_, row) => ({ at: span[0] + row * step, sums: labels.map(() => [0, 0]) }));
    data[0].forEach((at, index) => {
      const row = rows[Math.min(ROWS - 1, Math.floor((at - span[0]) / step))];
      row?.sums.forEach((sum, line) => {
        const value = data[line + 1][index];
        if (value !== null) sum.splice(0, 2, sum[0] + value, sum[1] + 1);
      });
    });
    drawRows(rows.reverse().map(({ at, sums }) => ({ at, means: sums.map(([sum, n]) => (n ? sum / n : null)) }))
      .filter(({ means }) => means.some((mean) => mean !== null)));
  }
}
