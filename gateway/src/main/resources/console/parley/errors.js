/** The error type of the client: a code for the program, a message for a person. */

/** After these codes the same command may succeed later. After the others it fails again. */
const RETRYABLE = new Set(['rate_limited', 'quota_exceeded', 'thread_busy', 'queue_full',
  'overloaded', 'draining', 'internal', 'disconnected']);

/** Why a command was rejected, or an error of the gateway. `message` is for people. */
export class ParleyError extends Error {
  name = 'ParleyError';

  /** @param {object} error an error object of the wire, or the problem body of an HTTP answer */
  constructor(error, commandId) {
    const { code = 'internal', message, detail, field, retry_after_ms, docs, thread_id } =
      Object(error);
    super(message ?? detail ?? code);
    this.code = code;
    this.field = field;
    this.docs = docs;
    this.retryable = RETRYABLE.has(code);
    this.retryAfterMs = retry_after_ms;
    this.commandId = commandId;
    this.threadId = thread_id;
  }
}

/** Close codes after which the same try fails again. 4401 is not one: it asks for a new token. */
export const FINAL = new Set([1000, 1002, 1003, 1007, 1008, 1009, 4403, 4409]);
/** Before `welcome`: the gateway got no token in time. */
export const TIMED_OUT = 4408;
export const UNAUTHENTICATED = 4401;
export const FORBIDDEN = 4403;
/** Another connection of the user replaced this one. */
export const REPLACED = 4409;
/** The code of a socket that ended without a Close frame (RFC 6455, section 7.1.5). */
export const ABNORMAL = 1006;

/** The error of commands without an answer when a client closes. */
export function closedError(closeCode) {
  if (closeCode === UNAUTHENTICATED) {
    return { code: 'unauthenticated', message: 'Not signed in: the token is missing or refused.' };
  }
  if (closeCode === FORBIDDEN) return { code: 'forbidden', message: 'Not allowed.' };
  return { code: 'disconnected', message: 'Not connected.' };
}

/** Calls a callback of the caller. Its exception is thrown later, outside of the client. */
export function callSafely(callback, ...values) {
  try {
    callback(...values);
  } catch (error) {
    queueMicrotask(() => { throw error; });
  }
}
