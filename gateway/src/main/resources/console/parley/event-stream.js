/**
 * The reader of a `text/event-stream` (WHATWG HTML, section 9.2), as far as a frame per message
 * needs it: `data` lines joined, comments and other fields passed over.
 */
export class EventStreamReader {
  #rest = '';
  #data = [];

  /** @param {string} chunk @returns {string[]} the data of every message that is whole by now */
  read(chunk) {
    const messages = [];
    const lines = (this.#rest + chunk).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('data:')) this.#data.push(line.slice(5).replace(/^ /, ''));
      else if (line === '' && this.#data.length) messages.push(this.#data.splice(0).join('\n'));
    }
    return messages;
  }
}
