import { randomId } from './ids.js';

/** The commands that an agent answers. */
const ANSWERED = new Set(['start_agent', 'user_message']);

/**
 * One thread of the user. Methods send commands; the thread is read as a view or as a sequence of
 * events.
 */
export class Thread {
  #client;
  #reader;
  /** The commands that start a run: the last accepted one, then those without an answer. */
  #starts = [];

  /** @param {(left: () => void) => import('./thread-reader.js').ThreadReader} readerOf */
  constructor(id, client, readerOf) {
    this.id = id;
    this.#client = client;
    this.#reader = readerOf(() => { this.#starts = []; });
  }

  get view() {
    return this.#reader.view;
  }

  get refusal() {
    return this.#reader.refusal;
  }

  start(agent, input, { context, whenBusy, keep, id } = {}) {
    return this.#begin('start_agent', { agent, input, context, when_busy: whenBusy, keep }, id);
  }

  send(text, { agent, whenBusy, keep, id } = {}) {
    return this.#begin('user_message', { content: text, agent, when_busy: whenBusy, keep }, id);
  }

  chat(text, { id } = {}) {
    return this.#begin('chat', { content: text }, id);
  }

  /** @internal For Client.setTitle. */
  setTitle(title, id) {
    return this.#begin('set_title', { title }, id);
  }

  cancel(commandId) {
    if (commandId) return this.#cancel({ command_id: commandId });
    const { run } = this.view;
    if (run?.state === 'open') return this.#cancel({ run_id: run.run_id });
    if (this.#starts.length) return this.#cancel(this.#starts.at(-1));
    return this.#reader.isUpToDate ? Promise.resolve({}) : this.#cancelUnseen();
  }

  ack(seq = this.view.seq) {
    this.#reader.ack(Math.min(seq, this.view.seq));
  }

  subscribe(handler, { from = 'start' } = {}) {
    return this.#reader.subscribe(handler, from);
  }

  [Symbol.asyncIterator]() {
    const left = new AbortController();
    const events = this.#events(left.signal);
    return {
      next: () => events.next(),
      // A waiting generator cannot return, so the signal ends its wait first
      return: (value) => {
        left.abort();
        return events.return(value);
      },
      [Symbol.asyncIterator]() { return this; },
    };
  }

  async *#events(left) {
    const reading = this.#reader.beginReading();
    const endWith = ({ name, code }) => name === 'closed' && reading.clientClosed(code);
    const stopListening = this.#client.on('state', endWith);
    endWith(this.#client.state);
    try {
      yield* reading.events(left);
    } finally {
      stopListening();
      this.#reader.endReading(reading);
    }
  }

  #begin(type, payload, id = randomId()) {
    const start = { command_id: id };
    if (ANSWERED.has(type)) {
      this.#starts.push(start);
      this.#reader.follow('start');
    }
    this.#reader.said();
    const answer = this.#client.command(type, this.id, payload, id);
    answer.then((accepted) => {
      this.#starts = this.#starts.slice(Math.max(0, this.#starts.indexOf(start)));
      this.#reader.answered(accepted);
    }, () => {
      this.#starts = this.#starts.filter((each) => each !== start);
      this.#reader.answered();
    });
    return answer;
  }

  #cancel(target) {
    return this.#client.command('cancel_run', null, target);
  }

  /** The thread was not read yet, and the open runs in `welcome` may be out of date. */
  async #cancelUnseen() {
    const told = this.#client.openRun(this.id);
    const answer = told && await this.#cancel({ run_id: told }).catch((error) => {
      if (error.code !== 'not_found') throw error;
    });
    if (answer?.state === 'cancelling') return answer;
    const found = await this.#reader.openRun();
    return found ? this.#cancel({ run_id: found }) : {};
  }
}
