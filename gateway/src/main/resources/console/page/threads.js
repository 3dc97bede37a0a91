/** The list of the user's conversations, with their titles and states. */
import { $, h, iconButton, reconcile, setText } from './dom.js';
import { ago } from './words.js';

const NAMES = 'parley.names';
/** Each watched thread is one of the subscriptions of this connection. */
const MAX_WATCHED = 30;
/** The maximum page size of the gateway. */
const PAGE = 500;
const MAX_NAME = 60;
const MAX_TITLE = 200;
/** The events that move a thread to the top, as in the list of the gateway. */
const MOVING = new Set(['message_added', 'agent_completed', 'agent_failed', 'agent_cancelled',
  'thread_titled']);

/**
 * @param {import('../parley.js').Client} client
 * @param {{open: (id: string) => void, deleted: (id: string) => void, complain: Function}} actions
 */
export function makeThreads(client, { open, deleted, complain }) {
  let known = new Map();
  let current = null;
  let renaming = null;
  let pages = 1;
  let isReading = false;
  let isReadAgain = false;
  /** The threads that changed while the pages are read; the pages may be older. */
  let changedMeanwhile = new Set();
  const watches = new Map();

  async function refresh() {
    if (client.state.name !== 'open') return;
    isReadAgain = isReading;
    if (isReading) return;
    isReading = true;
    changedMeanwhile = new Set();
    try {
      const { read, hasOlder } = await readPages();
      const before = known;
      known = new Map(read.map((entry) => [entry.thread_id, toKnown(entry, before)]));
      for (const [id, thread] of before) {
        const isBelow = hasOlder && id === current && !known.has(id);
        if (changedMeanwhile.has(id) || isBelow) known.set(id, merged(known.get(id), thread));
      }
      $('older').hidden = !hasOlder;
      watchAll();
      draw();
    } catch (error) {
      complain(error);
    } finally {
      isReading = false;
    }
    if (isReadAgain) refresh();
  }

  const toKnown = ({ thread_id: id, last_activity: at, title, open_run }, before) =>
    ({ id, at, ...(title && { title }), run: open_run ? 'open' : before.get(id)?.run });

  /** The newest first: as many pages as are shown. */
  async function readPages() {
    const read = [];
    let after;
    for (let page = 0; page < pages; page++) {
      const { threads, next } = await client.threads({ after, limit: PAGE });
      read.push(...threads);
      after = next;
      if (after === undefined) break;
    }
    return { read, hasOlder: after !== undefined };
  }

  /** Watches the newest threads: the list shows their changes as they happen. */
  function watchAll() {
    const wanted = client.state.via === 'websocket'
      ? newestFirst().slice(0, MAX_WATCHED).map(({ id }) => id) : [];
    for (const id of watches.keys()) if (!wanted.includes(id)) unwatch(id);
    for (const id of wanted) {
      if (watches.has(id)) continue;
      const handler = (view, frame) => seen(id, view, frame);
      watches.set(id, client.thread(id).subscribe(handler, { from: 'now' }));
    }
  }

  function unwatch(id) {
    watches.get(id)?.();
    watches.delete(id);
  }

  /** Something happened in a thread, in this tab or anywhere else. While it is read again, it waits. */
  function seen(id, view, frame) {
    if (frame?.seq && view.caughtUp) changed(id, view, frame);
    if (frame?.type === 'caught_up' && view.seq) changed(id, view);
  }

  /** @param {object} [frame] the newest event; without one there may be several */
  function changed(id, view, frame) {
    const before = known.get(id);
    changedMeanwhile.add(id);
    const first = view.messages.find(({ role }) => role === 'user');
    if (first && first.seq === 1) suggestName(id, first.text);
    const run = view.run?.state ?? before?.run;
    // The first event starts a new epoch of the thread
    const title = view.title ?? (frame?.seq === 1 ? undefined : before?.title);
    const at = MOVING.has(frame?.type) ? frame.timestamp
      : frame ? before?.at ?? lastActivity(view) ?? frame.timestamp
        : laterOf(before?.at, lastActivity(view)) || undefined;
    known.set(id, { id, at, ...(run && { run }), ...(title && { title }) });
    if (before?.run !== run || before?.at !== at || before?.title !== title) draw();
  }

  function show(id) {
    current = id;
    draw();
  }

  const newestFirst = () => [...known.values()].sort(byTime);

  /** The list is not redrawn while a name is edited: a moved element loses the focus. */
  function draw() {
    if (renaming === null) drawList();
  }

  function drawList() {
    const listed = newestFirst();
    reconcile($('threads'), listed.map((thread) => ({
      key: thread.id,
      item: [thread.run, noteOf(thread), thread.id === current, renaming === thread.id,
        nameOf(thread.id)].join('\n'),
      kind: { create: () => h('li', { class: 'thread' }), update: drawItem(thread) },
    })));
    $('no-threads').hidden = listed.length > 0;
    $('title').textContent = known.has(current) ? nameOf(current) : 'New conversation';
  }

  /** The title, which is the same on all devices; without one, the first words that this browser saw. */
  const nameOf = (id) => known.get(id)?.title ?? allNames().get(id) ?? 'Conversation';

  const drawItem = (thread) => (element) => {
    const { id, run } = thread;
    const name = nameOf(id);
    element.dataset.run = run ?? 'none';
    element.dataset.current = String(id === current);
    if (renaming === id) return element.replaceChildren(nameField(id, name));
    if (!element.querySelector('.thread-open')) element.replaceChildren(...itemParts(id));
    const [button, rename, remove] = element.children;
    button.setAttribute('aria-current', String(id === current));
    setText(button.firstChild, name);
    setText(button.lastChild, noteOf(thread));
    rename.setAttribute('aria-label', `Rename “${name}”`);
    remove.setAttribute('aria-label', `Delete “${name}”`);
  };

  function itemParts(id) {
    const button = h('button', { class: 'thread-open', type: 'button' },
      h('span', { class: 'thread-name' }), h('span', { class: 'thread-note' }));
    const rename = iconButton('pencil', 'Rename');
    const remove = iconButton('bin', 'Delete');
    button.addEventListener('click', () => open(id));
    rename.addEventListener('click', () => {
      const item = rename.parentElement;
      renaming = id;
      drawList();
      // The field replaces the button that had the focus
      item.firstChild.focus();
      item.firstChild.select();
    });
    remove.addEventListener('click', () => askToDelete(id));
    return [button, rename, remove];
  }

  function nameField(id, name) {
    const field = h('input', { 'aria-label': 'Title of the conversation', maxlength: MAX_TITLE });
    const done = (isKept) => {
      if (renaming !== id) return;
      renaming = null;
      const title = field.value.trim();
      if (isKept && title && title !== name) setTitle(id, title);
      drawList();
    };
    field.value = name;
    field.addEventListener('keydown', (event) => {
      const { key } = event;
      if (key !== 'Enter' && key !== 'Escape') return;
      // Otherwise the same key press would also press the button that gets the focus
      event.preventDefault();
      const item = field.parentElement;
      done(key === 'Enter');
      item.children[1].focus();
    });
    field.addEventListener('blur', () => done(true));
    return field;
  }

  /** Shows the title at once; an unwatched thread is listed again when the gateway has it. */
  async function setTitle(id, title) {
    known.set(id, { ...known.get(id), title });
    try {
      await client.setTitle(id, title);
    } catch (error) {
      complain(error);
    }
    refresh();
  }

  async function askToDelete(id) {
    const dialog = $('delete-dialog');
    $('delete-name').textContent = nameOf(id);
    dialog.returnValue = '';
    dialog.showModal();
    await new Promise((resolve) => { dialog.addEventListener('close', resolve, { once: true }); });
    if (dialog.returnValue !== 'delete') return;
    try {
      await client.deleteThread(id);
      unwatch(id);
      known.delete(id);
      changedMeanwhile.delete(id);
      forgetName(id);
      deleted(id);
      draw();
    } catch (error) {
      complain(error);
    }
  }

  $('older').addEventListener('click', () => {
    pages++;
    refresh();
  });
  addEventListener('storage', ({ key }) => {
    if (key !== NAMES) return;
    names = null;
    draw();
  });
  document.addEventListener('visibilitychange', () => !document.hidden && refresh());
  return { refresh, seen, show, newest: () => newestFirst()[0]?.id };
}

const NOTES = { open: 'Answering…', failed: 'Failed' };
const noteOf = ({ run, at }) => NOTES[run] ?? (at ? ago(at) : '');

/** The newest first. The gateway's times have one format, so they compare as text. */
function byTime({ at: one = '' }, { at: other = '' }) {
  return one === other ? 0 : one < other ? 1 : -1;
}

const laterOf = (one = '', other = '') => (one > other ? one : other);

/** The gateway's entry, updated with the events seen after the request. */
const merged = (listed, seen) => ({ ...listed, ...seen, at: laterOf(listed?.at, seen.at) });

/** The time of the last message, or of the end of the last run. */
const lastActivity = ({ messages, run }) =>
  laterOf(messages.findLast(({ timestamp }) => timestamp)?.timestamp, run?.ended_at) || undefined;

/** A map, because a thread may be called `constructor`. Read at the first use and after a change in another tab. */
let names = null;

function allNames() {
  try {
    names ??= new Map(Object.entries(JSON.parse(localStorage.getItem(NAMES)) ?? {}));
  } catch {
    names = new Map();
  }
  return names;
}

function suggestName(id, text) {
  if (allNames().has(id)) return;
  const line = text.trim().split('\n', 1)[0];
  storeName(id, line.length > MAX_NAME ? `${line.slice(0, MAX_NAME)}…` : line);
}

function storeName(id, name) {
  allNames().set(id, name);
  storeNames();
}

function forgetName(id) {
  if (allNames().delete(id)) storeNames();
}

/** If the browser's storage is full, the names stay until the page is closed. */
function storeNames() {
  try {
    localStorage.setItem(NAMES, JSON.stringify(Object.fromEntries(allNames())));
  } catch (error) {
    console.warn(`The names of conversations are not stored: ${error.message}`);
  }
}
