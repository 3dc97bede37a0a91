/** The user's conversations: which there are, what goes on in them, their names in this browser. */
import { $, h, iconButton, reconcile, setText } from './dom.js';
import { ago } from './words.js';

const NAMES = 'parley.names';
/** Each watched thread is one of the subscriptions of this connection. */
const MOST_WATCHED = 30;
/** As many as the gateway gives at once. */
const PAGE = 500;
/** So many conversations are drawn, and as many more whenever older ones are asked for. */
const DRAWN_AT_ONCE = 2_000;
const LONGEST_NAME = 60;

/**
 * @param {import('../parley.js').Client} client
 * @param {{open: (id: string) => void, deleted: (id: string) => void, complain: Function}} actions
 */
export function makeThreads(client, { open, deleted, complain }) {
  let known = new Map();
  let current = null;
  let renaming = null;
  let mostDrawn = DRAWN_AT_ONCE;
  let isReading = false;
  let isReadAgain = false;
  /** What happened while the pages are read, which may not have it yet. */
  let changedMeanwhile = new Set();
  const watches = new Map();

  async function refresh() {
    if (client.state.name !== 'open') return;
    isReadAgain = isReading;
    if (isReading) return;
    isReading = true;
    changedMeanwhile = new Set();
    try {
      const read = (await everyThread()).map(toKnown);
      const changed = [...known].filter(([id]) => changedMeanwhile.has(id));
      known = new Map([...read, ...changed].sort(byTime(([, { at }]) => at)));
      watchAll();
      draw();
    } catch (error) {
      complain(error);
    } finally {
      isReading = false;
    }
    if (isReadAgain) refresh();
  }

  const toKnown = ({ thread_id: id, last_event_at: at, open_run }) =>
    [id, { id, at, run: open_run ? 'open' : known.get(id)?.run }];

  /** Page by page: the order is by name, so the newest may be on the last. */
  async function everyThread() {
    const found = [];
    let after;
    do {
      const { threads, next } = await client.threads({ after, limit: PAGE });
      found.push(...threads);
      after = next;
    } while (after !== undefined);
    return found;
  }

  /** Keeps an eye on the newest: their state is seen here as it changes. */
  function watchAll() {
    const wanted = client.state.via === 'websocket' ? [...known.keys()].slice(0, MOST_WATCHED) : [];
    for (const id of watches.keys()) if (!wanted.includes(id)) unwatch(id);
    for (const id of wanted) {
      if (!watches.has(id)) watches.set(id, client.thread(id).subscribe(seen(id), { from: 'now' }));
    }
  }

  function unwatch(id) {
    watches.get(id)?.();
    watches.delete(id);
  }

  const seen = (id) => (view, frame) => {
    if (frame?.seq) changed(id, view, frame);
  };

  /** Something happened in a thread, in this tab or anywhere else. */
  function changed(id, view, frame) {
    const before = known.get(id);
    changedMeanwhile.add(id);
    const run = view.run?.state ?? before?.run;
    const first = view.messages.find(({ role }) => role === 'user');
    if (first && first.seq === 1) suggestName(id, first.text);
    known.set(id, { id, at: frame?.timestamp ?? before?.at, run });
    if (before?.run !== run || !before) draw();
  }

  function show(id) {
    current = id;
    draw();
  }

  function draw() {
    const all = [...known.values()].sort(byTime(({ at }) => at));
    const listed = all.slice(0, mostDrawn);
    $('older').hidden = listed.length === all.length;
    reconcile($('threads'), listed.map((thread) => ({
      key: thread.id,
      item: [thread.run, noteOf(thread), thread.id === current, renaming === thread.id,
        nameOf(thread.id)].join('\n'),
      kind: { create: () => h('li', { class: 'thread' }), update: drawItem(thread) },
    })));
    $('no-threads').hidden = listed.length > 0;
    $('title').textContent = known.has(current) ? nameOf(current) : 'New conversation';
  }

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
    rename.addEventListener('click', () => { renaming = id; draw(); });
    remove.addEventListener('click', () => askToDelete(id));
    return [button, rename, remove];
  }

  function nameField(id, name) {
    const field = h('input', { 'aria-label': 'Name of the conversation', maxlength: LONGEST_NAME });
    const done = (isKept) => {
      if (renaming !== id) return;
      renaming = null;
      if (isKept && field.value.trim()) storeName(id, field.value.trim());
      draw();
    };
    field.value = name;
    field.addEventListener('keydown', ({ key }) => {
      if (key === 'Enter' || key === 'Escape') done(key === 'Enter');
    });
    field.addEventListener('blur', () => done(true));
    requestAnimationFrame(() => field.select());
    return field;
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

  function showOlder() {
    mostDrawn += DRAWN_AT_ONCE;
    draw();
  }

  $('older').addEventListener('click', showOlder);
  addEventListener('storage', ({ key }) => {
    if (key !== NAMES) return;
    names = null;
    draw();
  });
  document.addEventListener('visibilitychange', () => !document.hidden && refresh());
  return { refresh, changed, show, newest: () => [...known.keys()][0] };
}

const NOTES = { open: 'Answering…', failed: 'Failed' };
const noteOf = ({ run, at }) => NOTES[run] ?? (at ? ago(at) : '');

/** The newest first; times of the gateway are of one form, and compare as text. */
const byTime = (timeOf) => (one, other) => {
  const [early, late] = [timeOf(one) ?? '', timeOf(other) ?? ''];
  return early === late ? 0 : early < late ? 1 : -1;
};

/** A map, for a thread may be called `constructor`; read when it is first needed, or changed elsewhere. */
let names = null;

function allNames() {
  try {
    names ??= new Map(Object.entries(JSON.parse(localStorage.getItem(NAMES)) ?? {}));
  } catch {
    names = new Map();
  }
  return names;
}

const nameOf = (id) => allNames().get(id) ?? 'Conversation';

function suggestName(id, text) {
  if (allNames().has(id)) return;
  const line = text.trim().split('\n', 1)[0];
  storeName(id, line.length > LONGEST_NAME ? `${line.slice(0, LONGEST_NAME)}…` : line);
}

function storeName(id, name) {
  allNames().set(id, name);
  storeNames();
}

function forgetName(id) {
  if (allNames().delete(id)) storeNames();
}

/** A browser that stores no more keeps them until the page is left. */
function storeNames() {
  try {
    localStorage.setItem(NAMES, JSON.stringify(Object.fromEntries(allNames())));
  } catch (error) {
    console.warn(`The names of conversations are not stored: ${error.message}`);
  }
}
