const STORED = 'parley.commands';
const MAX_STORED = 50;

/** Messages sent in this tab that the log does not show yet, and the command of each message sent. */
export class Pending {
  #entries = [];

  add(entry) {
    this.#entries = [...this.#entries.filter(({ id }) => id !== entry.id), entry];
  }

  /** A message of a deleted thread is dropped: its event never arrives. */
  accepted(threadId, { id, seq, deleted }) {
    if (deleted) return this.drop(id);
    this.#entries = this.#entries.map((entry) => (entry.id === id ? { ...entry, seq } : entry));
    const stored = [...commands(), [`${threadId} ${seq}`, id]].slice(-MAX_STORED);
    sessionStorage.setItem(STORED, JSON.stringify(stored));
  }

  drop(id) {
    this.#entries = this.#entries.filter((entry) => entry.id !== id);
  }

  clear() {
    this.#entries = [];
  }

  /** After a gap, events of commands that were accepted before it do not arrive any more. */
  forgetAccepted() {
    this.#entries = this.#entries.filter(({ seq }) => seq === undefined);
  }

  /** The messages that are not accepted yet, or whose seq the view has not reached. */
  notIn(view) {
    this.#entries = this.#entries.filter(({ seq }) => seq === undefined || seq > view.seq);
    return this.#entries;
  }

  /** The id of the command that sent the message at this seq, if this tab sent it. */
  commandAt(threadId, seq) {
    return new Map(commands()).get(`${threadId} ${seq}`);
  }
}

function commands() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED)) ?? [];
  } catch {
    return [];
  }
}
