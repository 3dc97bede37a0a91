import { ParleyError } from './errors.js';

/** With frames of 64 KiB at most, this bounds what waits for a connection to 2 MiB. */
const MOST_UNANSWERED = 32;
const MAX_FRAME_BYTES = 65_536;

/** Commands without an answer yet: those under way, and those that wait for a connection. */
export class Outbox {
  #unanswered = new Map();
  #maxFrameBytes = MAX_FRAME_BYTES;
  #transmit;

  /** @param {(frame: object) => void} transmit does nothing while there is no connection */
  constructor(transmit) {
    this.#transmit = transmit;
  }

  /** Given again while it has no answer it is the same command, with the same answer. */
  add(frame) {
    const before = this.#unanswered.get(frame.id);
    const refusal = before ? notTheSame(before.frame, frame) : this.#refusal(frame);
    if (refusal) return Promise.reject(new ParleyError(refusal, frame.id));
    return before?.answer ?? this.#give(frame);
  }

  #give(frame) {
    const command = { frame };
    command.answer = new Promise((resolve, reject) => Object.assign(command, { resolve, reject }));
    this.#unanswered.set(frame.id, command);
    this.#transmit(frame);
    return command.answer;
  }

  accepted(id, payload) {
    this.#take(id)?.resolve({ ...payload, id });
  }

  /** A gateway that drains closes next: such a command is kept, for the connection after that. */
  rejected(id, error) {
    if (error.code === 'draining' && this.#unanswered.has(id)) return true;
    const command = this.#take(id);
    command?.reject(new ParleyError(error, id));
    return command !== undefined;
  }

  /** Everything once more, in the order given: a new connection knows of none of it. */
  resend(maxFrameBytes) {
    this.#maxFrameBytes = maxFrameBytes > 0 ? maxFrameBytes : MAX_FRAME_BYTES;
    for (const { frame } of this.#unanswered.values()) {
      if (frame.type === 'refresh_token') this.accepted(frame.id, {});
      else this.#transmit(frame);
    }
  }

  failAll(error) {
    for (const [id, { reject }] of this.#unanswered) reject(new ParleyError(error, id));
    this.#unanswered.clear();
  }

  #refusal(frame) {
    const isUrgent = frame.type === 'refresh_token';
    if (this.#unanswered.size >= MOST_UNANSWERED && !isUrgent) {
      return { code: 'overloaded', message: 'Too many messages are waiting to be sent.' };
    }
    const text = jsonOf(frame);
    if (!text) return { code: 'invalid_argument', message: 'What is said cannot be written as JSON.' };
    const bytes = new TextEncoder().encode(text).length;
    if (bytes <= this.#maxFrameBytes) return null;
    const message = `Too long: ${bytes} bytes (expected: up to ${this.#maxFrameBytes}).`;
    return { code: 'frame_too_large', message };
  }

  #take(id) {
    const command = this.#unanswered.get(id);
    this.#unanswered.delete(id);
    return command;
  }
}

function notTheSame(before, frame) {
  return JSON.stringify(before) === jsonOf(frame) ? null
    : { code: 'idempotency_conflict', message: 'This id was given to another command.' };
}

/** What refers to itself, or holds what JSON does not have, has none. */
function jsonOf(frame) {
  try {
    return JSON.stringify(frame);
  } catch {
    return null;
  }
}
