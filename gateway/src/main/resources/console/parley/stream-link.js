import { ABNORMAL, ParleyError, REPLACED, UNAUTHENTICATED } from './errors.js';
import { EventStreamReader } from './event-stream.js';
import { parse } from './socket-link.js';
import { openSilence, tolerated } from './silence.js';

const EVENT_STREAM = 'text/event-stream';
const ANSWER_WITHIN_MS = 15_000;
/** A page has six connections to a gateway without HTTP/2, and one is for its commands. */
const MAX_STREAMS_OF_A_PAGE = 5;

/**
 * Where WebSocket is blocked: commands go by POST, one after the other, and each thread comes as an
 * event stream of its own. To the client it looks like any link: frames in order, then once that it
 * is lost; besides, that a single stream ended.
 */
export class StreamLink {
  via = 'http';
  /** The one that calls carry from now on. */
  token;
  #http;
  #handlers;
  #toleratedMs = tolerated();
  #streams = new Map();
  #sent = Promise.resolve();
  #isClosed = false;

  /**
   * @param {import('./http.js').Http} http
   * @param handlers as those of a SocketLink, and `ended(threadId, error, isLasting)`: a thread is
   *   not followed any more; without an error it is to be followed again
   */
  constructor(http, handlers) {
    this.#http = http;
    this.#handlers = handlers;
    this.#attempt(async () => {
      const payload = await http.call('GET', 'v1/session');
      this.#toleratedMs = tolerated(payload.heartbeat_ms);
      this.#hand({ type: 'welcome', payload });
    });
  }

  /** How many threads fit. */
  room({ connections } = {}) {
    const inPage = globalThis.document ? MAX_STREAMS_OF_A_PAGE : Infinity;
    return Math.min(connections > 0 ? connections : Infinity, inPage);
  }

  send(frame, text = JSON.stringify(frame)) {
    const { type, id, payload } = frame;
    if (type === 'subscribe') payload.threads.forEach((thread) => this.#follow(thread));
    else if (type === 'unsubscribe') payload.threads.forEach((thread_id) => this.#leave(thread_id));
    // The next call carries the new token; the streams end with the old one and are opened again
    else if (type === 'refresh_token') this.#hand({ type: 'accepted', id, payload: {} });
    else this.#sent = this.#sent.then(() => this.#post(id, text));
    return text.length;
  }

  /** Any answer is a sign of life, whatever it refuses; only a token that ran out ends this link. */
  probe() {
    this.#attempt(() => this.#http.call('GET', 'v1/agents').catch((error) => {
      if (!error.status || error.status === 401) throw error;
    }));
  }

  close() {
    this.#isClosed = true;
    for (const thread_id of [...this.#streams.keys()]) this.#leave(thread_id);
  }

  /** A refusal answers the command; anything else is the end of this link, and it is sent again. */
  async #post(id, text) {
    if (this.#isClosed) return;
    const { token } = this;
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const request = { method: 'POST', body: text, type: 'application/json', signal };
      const frame = await (await this.#http.open('v1/commands', request)).json();
      if (frame?.id !== id) throw new ParleyError({ message: 'Not an answer of the gateway.' });
      this.#hand(frame);
    } catch (error) {
      if (error.status === 401 && token !== this.token) return this.#post(id, text);
      if (!isRefusal(error, id)) return this.#failed(error);
      this.#hand({ type: 'rejected', id, payload: wire(error) });
    }
  }

  #follow({ thread_id, after, epoch }) {
    this.#leave(thread_id);
    const stream = { thread_id, token: this.token, ending: new AbortController() };
    this.#streams.set(thread_id, stream);
    const from = new URLSearchParams();
    if (after !== undefined) from.set('after', after);
    if (epoch) from.set('epoch', epoch);
    const path = `v1/threads/${encodeURIComponent(thread_id)}/events?${from}`;
    this.#read(path, stream).catch((error) => this.#streamFailed(stream, error));
  }

  async #read(path, stream) {
    const { signal } = stream.ending;
    const silence = openSilence(() => this.#lost(ABNORMAL));
    signal.addEventListener('abort', () => silence.stop());
    const { body, headers } = await this.#http.open(path,
      { headers: { accept: EVENT_STREAM }, signal, cache: 'no-store' });
    if (!headers.get('content-type')?.startsWith(EVENT_STREAM)) return void this.#lost(ABNORMAL);
    const text = body.pipeThrough(new TextDecoderStream()).getReader();
    const reader = new EventStreamReader();
    for (;;) {
      const { done, value } = await text.read();
      if (signal.aborted) return;
      if (done) return void this.#lost(ABNORMAL);
      silence.expectWithin(this.#toleratedMs);
      for (const data of reader.read(value)) this.#streamed(stream, parse(data), data.length);
    }
  }

  /** The last message of a stream has no type: it is why it ends, as a close code. */
  #streamed(stream, frame, size) {
    if (stream.ending.signal.aborted) return;
    const { type, payload, code } = frame;
    if (type === undefined && code) this.#streamClosed(stream, code);
    else if (type === 'rejected') this.#end(stream, payload);
    // Told of a token that was replaced since
    else if (type !== 'token_expiring' || stream.token === this.token) {
      this.#handlers.received(frame, size);
    }
  }

  #streamClosed(stream, code) {
    const message = 'Another connection of the user took the place of this thread.';
    if (code === UNAUTHENTICATED && stream.token !== this.token) this.#end(stream);
    else if (code === REPLACED && this.#streams.size > 1) {
      this.#end(stream, { code: 'quota_exceeded', message }, true);
    } else this.#lost(code);
  }

  /** What is refused to one thread leaves the others alone. */
  #streamFailed(stream, error) {
    if (stream.ending.signal.aborted) return;
    if (error.status === 401 && stream.token !== this.token) this.#end(stream);
    else if (error.status >= 400 && error.status < 500 && error.status !== 401) {
      this.#end(stream, wire(error));
    } else this.#failed(error);
  }

  #end({ thread_id }, error, isLasting) {
    this.#leave(thread_id);
    this.#handlers.ended(thread_id, error, isLasting);
  }

  #leave(thread_id) {
    this.#streams.get(thread_id)?.ending.abort();
    this.#streams.delete(thread_id);
  }

  #attempt(call) {
    call().catch((error) => this.#failed(error));
  }

  #failed({ status, retryAfterMs }) {
    this.#lost(status === 401 ? UNAUTHENTICATED : ABNORMAL, retryAfterMs);
  }

  #hand(frame) {
    if (!this.#isClosed) this.#handlers.received(frame, JSON.stringify(frame).length);
  }

  #lost(code, retryAfterMs) {
    if (this.#isClosed) return;
    this.close();
    this.#handlers.lost(code, retryAfterMs);
  }
}

/** Whether the gateway answered this command, and will not with the next connection. */
function isRefusal({ status, code, commandId }, id) {
  if (code === 'draining' || status === 401) return false;
  return commandId === id || (status >= 400 && status < 500);
}

const wire = ({ code, message, field, docs, retryAfterMs: retry_after_ms }) =>
  ({ code, message, field, docs, retry_after_ms });
