/** More than a gateway sends in one message; a longer message is no event stream. */
const MAX_MESSAGE_UNITS = 64 * 1024 * 1024;

const LINE_BREAK = /\r\n?|\n/g;

/**
 * Reads a `text/event-stream` (WHATWG HTML, section 9.2) with one frame per message: `data` lines are
 * joined, comments and other fields are ignored. Each piece is scanned once, however many pieces a
 * line or a message has.
 */
export class EventStreamReader {
  /** The pieces of the line that is not complete yet. */
  #line = [];
  #data = [];
  #units = 0;
  #endedWithCr = false;
  #maxUnits;

  /** @param {number} [maxUnits] UTF-16 units that a message may have, line names included */
  constructor(maxUnits = MAX_MESSAGE_UNITS) {
    this.#maxUnits = maxUnits;
  }

  /**
   * @param {string} chunk @returns {string[]} the data of the messages that are complete now
   * @throws {RangeError} when a message is longer than the maximum
   */
  read(chunk) {
    const messages = [];
    // The CR before ended the line; this LF belongs to the same line break
    let from = this.#endedWithCr && chunk.startsWith('\n') ? 1 : 0;
    if (chunk) this.#endedWithCr = chunk.endsWith('\r');
    LINE_BREAK.lastIndex = from;
    for (let end = LINE_BREAK.exec(chunk); end; end = LINE_BREAK.exec(chunk)) {
      this.#hold(chunk.slice(from, end.index));
      this.#lineEnded(messages);
      from = LINE_BREAK.lastIndex;
    }
    this.#hold(chunk.slice(from));
    return messages;
  }

  #hold(piece) {
    if (!piece) return;
    this.#units += piece.length;
    if (this.#units > this.#maxUnits) {
      throw new RangeError(`event stream: a message of more than ${this.#maxUnits} units`);
    }
    this.#line.push(piece);
  }

  #lineEnded(messages) {
    const line = this.#line.length === 1 ? this.#line[0] : this.#line.join('');
    this.#line = [];
    if (line.startsWith('data:')) this.#data.push(line.slice(line[5] === ' ' ? 6 : 5));
    else if (line) this.#units -= line.length;
    else {
      if (this.#data.length) messages.push(this.#data.join('\n'));
      this.#data = [];
      this.#units = 0;
    }
  }
}
