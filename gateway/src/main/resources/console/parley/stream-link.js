import { ABNORMAL, UNAUTHENTICATED } from './errors.js';
import { EventStreamReader } from './event-stream.js';
import { parse } from './socket-link.js';
import { openSilence, tolerated } from './silence.js';

/**
 * Where WebSocket is blocked: commands go by POST, one after the other, and each thread comes as an
 * event stream of its own (browsers allow about five at a time to one gateway without HTTP/2). To
 * the client it looks like any link: frames in order, then once that it is lost.
 */
export class StreamLink {
  via = 'http';
  #http;
  #handlers;
  #toleratedMs = tolerated();
  #streams = new Map();
  #sent = Promise.resolve();
  #isClosed = false;

  /** @param {import('./http.js').Http} http @param handlers as those of a SocketLink */
  constructor(http, handlers) {
    this.#http = http;
    this.#handlers = handlers;
    this.#attempt(async () => {
      const payload = await http.call('GET', 'v1/session');
      this.#toleratedMs = tolerated(payload.heartbeat_ms);
      this.#hand({ type: 'welcome', payload });
    });
  }

  send(frame) {
    const { type, id, payload } = frame;
    if (type === 'subscribe') payload.threads.forEach((thread) => this.#follow(thread));
    else if (type === 'unsubscribe') payload.threads.forEach((thread_id) => this.#leave(thread_id));
    // The next call carries the new token; the streams end with the old one and are opened anew
    else if (type === 'refresh_token') this.#hand({ type: 'accepted', id, payload: {} });
    else this.#sent = this.#sent.then(() => this.#attempt(() => this.#post(frame), id));
    return JSON.stringify(frame).length;
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

  async #post(frame) {
    if (!this.#isClosed) this.#hand(await this.#http.call('POST', 'v1/commands', frame));
  }

  #follow({ thread_id, after, epoch }) {
    this.#leave(thread_id);
    const stream = new AbortController();
    this.#streams.set(thread_id, stream);
    const from = new URLSearchParams();
    if (after !== undefined) from.set('after', after);
    if (epoch) from.set('epoch', epoch);
    this.#attempt(() => this.#read(`v1/threads/${encodeURIComponent(thread_id)}/events?${from}`, stream));
  }

  async #read(path, stream) {
    const silence = openSilence(() => this.#lost(ABNORMAL));
    stream.signal.addEventListener('abort', () => silence.stop());
    const { body } = await this.#http.open(path,
      { headers: { accept: 'text/event-stream' }, signal: stream.signal, cache: 'no-store' });
    const text = body.pipeThrough(new TextDecoderStream()).getReader();
    const reader = new EventStreamReader();
    for (;;) {
      const { done, value } = await text.read();
      if (stream.signal.aborted) return;
      if (done) return void this.#lost(ABNORMAL);
      silence.expectWithin(this.#toleratedMs);
      for (const data of reader.read(value)) this.#streamed(parse(data), data.length);
    }
  }

  /** The last message of a stream has no type: it is why it ends, as a close code. */
  #streamed(frame, size) {
    if (this.#isClosed) return;
    if (frame.type === undefined && frame.code) this.#lost(frame.code);
    else this.#handlers.received(frame, size);
  }

  #leave(thread_id) {
    this.#streams.get(thread_id)?.abort();
    this.#streams.delete(thread_id);
  }

  /** A refusal answers the command it was for; anything else is the end of this link. */
  async #attempt(call, id) {
    try {
      await call();
    } catch (error) {
      if (error.status === 401) return this.#lost(UNAUTHENTICATED);
      if (!id || !error.status || error.status >= 500) return this.#lost(ABNORMAL);
      const { code, message, field, retryAfterMs: retry_after_ms } = error;
      this.#hand({ type: 'rejected', id, payload: { code, message, field, retry_after_ms } });
    }
  }

  #hand(frame) {
    if (!this.#isClosed) this.#handlers.received(frame, JSON.stringify(frame).length);
  }

  #lost(code) {
    if (this.#isClosed) return;
    this.close();
    this.#handlers.lost(code);
  }
}
