/** The inspector: the frames on the wire, and where a run spends its time. */
import { $, copyFrom, h, oncePerPicture } from './dom.js';
import { makeRunLanes } from './run-lanes.js';
import { followEnd } from './scroller.js';
import { setCut, setSlow } from './simulate.js';
import { duration, size } from './words.js';

const ROW_PX = 28;
const MAX_KEPT = 20_000;
const OPEN = 'parley.inspector';

export function makeInspector() {
  let frames = [];
  let threadId = null;
  let selected = null;
  let began = Date.now();
  const end = followEnd($('rows'), 2 * ROW_PX);
  const draw = oncePerPicture(() => {
    if ($('inspector').hidden) return;
    lanes.draw(frames, Date.now() - began);
    drawRows();
  });
  const lanes = makeRunLanes(draw);

  function show(id) {
    threadId = id;
    frames = [];
    selected = null;
    began = Date.now();
    $('detail').hidden = true;
    end.restart();
    draw();
  }

  /** Frames of other threads arrive on this connection too; they are not shown. */
  function seen({ direction, frame, size: units }) {
    if (frame.thread_id && frame.thread_id !== threadId) return;
    if (frame.type === 'heartbeat' || frame.type === 'ping' || frame.type === 'pong') return;
    frames.push({ direction, frame, units, at: Date.now() - began });
    if (frames.length > MAX_KEPT) forgetHalf();
    draw();
  }

  function forgetHalf() {
    frames = frames.slice(-MAX_KEPT / 2);
    selected = null;
  }

  /** Creates elements only for the rows in sight. */
  function drawRows() {
    const rows = $('rows');
    $('rows-height').style.height = `${frames.length * ROW_PX}px`;
    if (end.isFollowing()) rows.scrollTop = rows.scrollHeight;
    const first = Math.max(0, Math.floor(rows.scrollTop / ROW_PX) - 2);
    const last = Math.min(frames.length, first + Math.ceil(rows.clientHeight / ROW_PX) + 4);
    const shown = [];
    for (let index = first; index < last; index++) shown.push(row(index));
    $('rows-height').replaceChildren(...shown);
    $('no-rows').hidden = frames.length > 0;
    $('count').textContent = `${frames.length}`;
    $('copy').disabled = !frames.length;
    if (selected !== null) rows.setAttribute('aria-activedescendant', `row-${selected}`);
  }

  function row(index) {
    const { direction, frame, units, at } = frames[index];
    const seq = frame.seq_from ? `${frame.seq_from}–${frame.seq}` : frame.seq;
    const element = h('div', { class: 'row columns', role: 'option', id: `row-${index}`,
      'data-direction': direction, 'aria-selected': String(index === selected),
      'aria-posinset': index + 1, 'aria-setsize': frames.length },
    h('span', {}, String(seq ?? (direction === 'out' ? '→' : '·'))), h('span', {}, frame.type),
    h('span', {}, size(units)), h('span', {}, `+${duration(at)}`));
    element.style.top = `${index * ROW_PX}px`;
    element.addEventListener('click', () => select(index));
    return element;
  }

  function select(index) {
    if (index < 0 || index >= frames.length) return;
    selected = index;
    end.leave();
    const rows = $('rows');
    $('detail').hidden = false;
    const top = index * ROW_PX;
    if (top < rows.scrollTop) rows.scrollTop = top;
    else if (top + ROW_PX > rows.scrollTop + rows.clientHeight) {
      rows.scrollTop = top + ROW_PX - rows.clientHeight;
    }
    $('detail-text').textContent = JSON.stringify(frames[index].frame, null, 2);
    draw();
  }

  function keyPressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (!step) return;
    event.preventDefault();
    select(Math.min(frames.length - 1, Math.max(0, (selected ?? frames.length) + step)));
  }

  function toggle(isOpen) {
    $('inspector').hidden = !isOpen;
    $('inspect').setAttribute('aria-pressed', String(isOpen));
    localStorage.setItem(OPEN, isOpen ? 'open' : '');
    draw();
  }

  /** A button whose text says what the next click does. */
  function switchable(id, words, change) {
    let isOn = false;
    $(id).addEventListener('click', () => {
      isOn = !isOn;
      $(id).classList.toggle('on', isOn);
      $(id).textContent = words[Number(isOn)];
      change(isOn);
    });
  }

  $('inspect').addEventListener('click', () => toggle($('inspector').hidden));
  $('inspector-close').addEventListener('click', () => toggle(false));
  $('rows').addEventListener('scroll', draw, { passive: true });
  $('rows').addEventListener('keydown', keyPressed);
  $('copy').addEventListener('click', () =>
    copyFrom($('copy'), JSON.stringify(frames.map(({ frame }) => frame), null, 2)));
  $('second-tab').addEventListener('click', () => open(location.href, '_blank', 'noopener'));
  switchable('cut', ['Cut the connection', 'Mend the connection'], setCut);
  switchable('slow', ['Read slowly', 'Read at full speed'], setSlow);
  toggle(localStorage.getItem(OPEN) === 'open');
  return { show, seen };
}
