const STORED = 'parley.commands';
const MAX_STORED = 50;

/** What was said here and is not in the log yet; and by which command what is in it came there. */
export class Pending {
  #entries = [];

  add(entry) {
    this.#entries = [...this.#entries.filter(({ id }) => id !== entry.id), entry];
  }

  /** Of a life of the thread that is over nothing is to come. */
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

  /** The thread begins again: events of commands accepted before no longer come. */
  forgetAccepted() {
    this.#entries = this.#entries.filter(({ seq }) => seq === undefined);
  }

  /** Not accepted, or accepted at a seq that is still to come. */
  notIn(view) {
    this.#entries = this.#entries.filter(({ seq }) => seq === undefined || seq > view.seq);
    return this.#entries;
  }

  /** The command that brought the message at this place, if it was given in this tab. */
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
