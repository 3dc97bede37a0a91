import { ParleyError } from './errors.js';

/** With a maximum of 64 KiB a frame, unanswered commands take a maximum of 2 MiB. */
const MAX_UNANSWERED = 32;
const MAX_FRAME_BYTES = 65_536;
/** Limits of the gateway (docs: protocol, "Commands"). */
const MAX_NESTED = 64;
const COMMAND_ID = /^[!-~]{1,64}$/;

/**
 * The unanswered commands: sent ones, and ones that wait for a connection. Each is encoded once,
 * because a resent command must have the same bytes.
 */
export class Outbox {
  #unanswered = new Map();
  #maxFrameBytes = MAX_FRAME_BYTES;
  /** Commands wait in the order of their calls: for a connection, or behind those sent again. */
  #isHeld = true;
  /** Errors about frames whose id the gateway could not read, oldest first. */
  #unreadable = [];
  #transmit;

  /** @param {(frame: object, text: string) => boolean} transmit tells whether there is a connection */
  constructor(transmit) {
    this.#transmit = transmit;
  }

  /** The same command given twice before its answer is sent once and has one answer. */
  add(frame) {
    const { id } = frame;
    const text = jsonOf(frame);
    const before = this.#unanswered.get(id);
    const refusal = before ? notTheSame(before.text, text) : this.#refusal(frame, text);
    if (refusal) return Promise.reject(new ParleyError(refusal, id));
    return before?.answer ?? this.#give(frame, text);
  }

  #give(frame, text) {
    const command = { frame, text, bytes: bytesOf(text), isKept: false };
    command.answer = new Promise((resolve, reject) => Object.assign(command, { resolve, reject }));
    this.#unanswered.set(frame.id, command);
    if (!this.#isHeld) this.#transmit(frame, text);
    return command.answer;
  }

  accepted(id, payload) {
    this.#take(id)?.resolve({ ...payload, id });
    this.#blame();
  }

  /** A draining gateway closes soon. The command is kept and resent on the next connection. */
  rejected(id, error) {
    const command = this.#unanswered.get(id);
    if (!command) return false;
    if (error.code === 'draining') command.isKept = true;
    else this.#take(id).reject(new ParleyError(error, id));
    this.#blame();
    return true;
  }

  /**
   * The gateway could not read a frame or its id. The command is found later: it is the one without
   * an answer. @returns {boolean} whether it may be one of the unanswered commands
   */
  unreadable(error) {
    const suspects = new Set();
    for (const [id, { isKept }] of this.#unanswered) if (!isKept) suspects.add(id);
    if (!suspects.size) return false;
    this.#unreadable.push({ error, suspects });
    this.#blame();
    return true;
  }

  /** When there are as many suspects as errors, all suspects have failed. */
  #blame() {
    const suspects = new Set();
    for (const [index, each] of this.#unreadable.entries()) {
      for (const id of each.suspects) {
        if (this.#unanswered.get(id)?.isKept === false) suspects.add(id);
      }
      if (suspects.size <= index + 1) {
        const [{ error }] = this.#unreadable.splice(0, index + 1);
        for (const id of suspects) this.#take(id).reject(new ParleyError(error, id));
        return void this.#blame();
      }
    }
  }

  /** The connection is lost: commands wait for `resend()`. */
  hold() {
    this.#isHeld = true;
  }

  /** Sends all commands again in their order: a new connection has none of them. */
  resend(maxFrameBytes) {
    let isConnected = true;
    this.#maxFrameBytes = maxFrameBytes > 0 ? maxFrameBytes : MAX_FRAME_BYTES;
    this.#unreadable = [];
    for (const [id, command] of this.#unanswered) {
      const { frame, text, bytes } = command;
      command.isKept = false;
      const refusal = this.#tooLong(bytes);
      if (frame.type === 'refresh_token') this.accepted(id, {});
      else if (refusal) this.#take(id).reject(new ParleyError(refusal, id));
      else isConnected = this.#transmit(frame, text);
    }
    this.#isHeld = !isConnected;
  }

  failAll(error) {
    for (const [id, { reject }] of this.#unanswered) reject(new ParleyError(error, id));
    this.#unanswered.clear();
  }

  #refusal({ id, type }, text) {
    const isUrgent = type === 'refresh_token';
    if (typeof id !== 'string' || !COMMAND_ID.test(id)) {
      const message = 'id: not one (expected: 1 to 64 printable ASCII characters without spaces)';
      return { code: 'invalid_argument', message, field: '/id' };
    }
    if (this.#unanswered.size >= MAX_UNANSWERED && !isUrgent) {
      return { code: 'overloaded', message: 'Too many messages are waiting to be sent.' };
    }
    if (!text) return { code: 'invalid_argument', message: 'What is said cannot be written as JSON.' };
    return this.#tooLong(bytesOf(text)) ?? tooDeep(text);
  }

  #tooLong(bytes) {
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

function notTheSame(before, text) {
  return before === text ? null
    : { code: 'idempotency_conflict', message: 'This id was given to another command.' };
}

const bytesOf = (text) => new TextEncoder().encode(text).length;

function tooDeep(text) {
  let depth = 0;
  for (const [bracket] of text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"/g, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1;
    if (depth > MAX_NESTED) {
      const message = `Nested too deep (expected: up to ${MAX_NESTED} objects and lists).`;
      return { code: 'invalid_argument', message, field: '/payload' };
    }
  }
  return null;
}

/** The JSON of a frame, or null if it has a cycle or a value that JSON cannot express. */
function jsonOf(frame) {
  try {
    return JSON.stringify(frame);
  } catch {
    return null;
  }
}
