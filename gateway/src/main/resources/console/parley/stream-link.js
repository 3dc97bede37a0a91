import { ABNORMAL, ParleyError, REPLACED, UNAUTHENTICATED } from './errors.js';
import { EventStreamReader } from './event-stream.js';
import { parse } from './socket-link.js';
import { openSilence, tolerated } from './silence.js';

const EVENT_STREAM = 'text/event-stream';
const ANSWER_WITHIN_MS = 15_000;
/** A page has at most six connections to a gateway without HTTP/2; one is for its commands. */
const MAX_STREAMS_OF_A_PAGE = 5;

/**
 * A link for networks that block WebSocket: commands are sent by POST, one after the other, and each
 * thread is an event stream. It calls the same handlers as any link: for each frame, in order, and
 * once when it is lost; and also when a single stream ends.
 */
export class StreamLink {
  via = 'http';
  /** The token of the calls from now on. */
  token;
  #http;
  #handlers;
  #toleratedMs = tolerated();
  #streams = new Map();
  #sent = Promise.resolve();
  #isClosed = false;

  /**
   * @param {import('./http.js').Http} http
   * @param handlers those of a SocketLink, and `ended(threadId, error, isLasting)`: the thread is
   *   not followed any more; without an error it should be followed again
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

  /** The maximum of threads. */
  room({ connections } = {}) {
    const inPage = globalThis.document ? MAX_STREAMS_OF_A_PAGE : Infinity;
    return Math.min(connections > 0 ? connections : Infinity, inPage);
  }

  send(frame, text = JSON.stringify(frame)) {
    const { type, id, payload } = frame;
    if (type === 'subscribe') payload.threads.forEach((thread) => this.#follow(thread));
    else if (type === 'unsubscribe') payload.threads.forEach((thread_id) => this.#leave(thread_id));
    // The next call has the new token; the streams end when the old one expires, and are opened again
    else if (type === 'refresh_token') this.#hand({ type: 'accepted', id, payload: {} });
    else this.#sent = this.#sent.then(() => this.#post(id, text));
    return text.length;
  }

  /** Any answer shows that the gateway is alive; only an expired token ends this link. */
  probe() {
    this.#attempt(() => this.#http.call('GET', 'v1/agents').catch((error) => {
      if (!error.status || error.status === 401) throw error;
    }));
  }

  close() {
    this.#isClosed = true;
    for (const thread_id of [...this.#streams.keys()]) this.#leave(thread_id);
  }

  /** A refusal answers the command; any other error ends this link, and the command is sent again. */
  async #post(id, text) {
    if (this.#isClosed) return;
    const { token } = this;
    try {
      const signal = AbortSignal.timeout(ANSWER_WITHIN_MS);
      const request = { method: 'POST', body: text, type: 'application/json', signal };
      const answer = await this.#http.open('v1/commands', request);
      if (answer.status === 204) return; // an ack
      const frame = await answer.json();
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

  /** The last message of a stream has no type: it holds the close code. */
  #streamed(stream, frame, size) {
    if (stream.ending.signal.aborted) return;
    const { type, payload, code } = frame;
    if (type === undefined && code) this.#streamClosed(stream, code);
    else if (type === 'rejected') this.#end(stream, payload);
    // About a token that has been replaced
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

  /** A refusal for one thread does not change the others. */
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

/** Whether the gateway has refused this command, so that sending it again would not help. */
function isRefusal({ status, code, commandId }, id) {
  if (code === 'draining' || status === 401) return false;
  return commandId === id || (status >= 400 && status < 500);
}

const wire = ({ code, message, field, docs, retryAfterMs: retry_after_ms }) =>
  ({ code, message, field, docs, retry_after_ms });
