/** The last run as lanes over its time: thinking, each tool, text and waiting. */
import { $, h } from './dom.js';
import { hasEnded, lanes, stretches } from './timeline.js';
import { duration } from './words.js';

const REDRAW_MS = 250;
/** The minimum width of a piece, as a part of its lane; it bounds the number of pieces. */
const SMALLEST_PIECE = 1 / 500;

/** @param {() => void} redraw asked for again and again while a run is open */
export function makeRunLanes(redraw) {
  let due;

  /** @param {{frame: object, at: number}[]} frames with the time they came, @param {number} now */
  function draw(frames, now) {
    clearTimeout(due);
    const run = lastRun(frames);
    const events = run.map(({ frame }) => frame);
    const isOpen = run.length > 0 && !hasEnded(events);
    const all = stretches(events, isOpen ? now - run.at(-1).at : 0);
    const whole = all.reduce((latest, { to }) => Math.max(latest, to), 1);
    $('no-run').hidden = run.length > 0;
    $('run-time').textContent = run.length ? duration(whole) + (isOpen ? ' so far' : '') : '';
    $('lanes').replaceChildren(...lanes(all).map((lane) => laneOf(lane, whole)));
    if (isOpen) due = setTimeout(redraw, REDRAW_MS);
  }

  return { draw };
}

function laneOf({ kind, label, pieces, ms }, whole) {
  const track = h('span', { class: 'track', 'aria-hidden': true }, ...joined(pieces, whole * SMALLEST_PIECE).map(({ from, to }) => {
    const piece = h('i', { title: duration(to - from) });
    piece.style.left = `${(100 * from) / whole}%`;
    piece.style.width = `${(100 * (to - from)) / whole}%`;
    return piece;
  }));
  return h('li', { 'data-kind': kind },
    h('span', { class: 'lane-name', title: label }, label), track, h('span', {}, duration(ms)));
}

/** Joins pieces that start too close together to be told apart. */
export function joined(pieces, nearest) {
  const all = [];
  for (const { from, to } of pieces) {
    const last = all.at(-1);
    if (last && from - last.from < nearest) last.to = Math.max(last.to, to);
    else all.push({ from, to });
  }
  return all;
}

function lastRun(frames) {
  const started = frames.findLastIndex(({ frame }) => frame.type === 'agent_started');
  if (started < 0) return [];
  const { run_id } = frames[started].frame;
  return frames.slice(started).filter(({ frame }) => frame.run_id === run_id);
}
