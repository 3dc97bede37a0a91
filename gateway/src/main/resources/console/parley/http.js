import { ParleyError } from './errors.js';

const WITHIN_MS = 15_000;

/** The gateway over HTTP: the same log, and the errors that a browser does not get from a WebSocket. */
export class Http {
  #base;
  #token;
  #fetch;

  /**
   * @param {string} base ends in `/` @param {() => string} token called before every call
   * @param {typeof fetch} [fetch] instead of the platform's
   */
  constructor(base, token, fetch = (...request) => globalThis.fetch(...request)) {
    this.#base = base;
    this.#token = token;
    this.#fetch = fetch;
  }

  /** The parsed body. @throws {ParleyError} with `status`; without one if nothing answered */
  async call(method, path, body, signal = AbortSignal.timeout(WITHIN_MS)) {
    const answer = await this.open(path, {
      method,
      signal,
      ...(body && { body: JSON.stringify(body), type: 'application/json' }),
    });
    return answer.status === 204 ? {} : answer.json().catch(() => { throw notTheGateway(); });
  }

  /** The answer with its body unread. @throws {ParleyError} as in `call` */
  async open(path, { method = 'GET', type, headers, ...more } = {}) {
    let answer;
    try {
      answer = await this.#fetch(this.#base + path, { method, ...more, headers: {
        authorization: `Bearer ${this.#token()}`, ...(type && { 'content-type': type }), ...headers,
      } });
    } catch {
      throw notTheGateway();
    }
    if (!answer.ok) throw await problem(answer);
    return answer;
  }
}

/** Nothing answers, or a proxy does: the sign-in page of a network is no answer of the gateway. */
const notTheGateway = () =>
  new ParleyError({ code: 'disconnected', message: 'The gateway does not answer.' });

/** The meaning of a status, for an answer of a proxy that is no JSON. */
const CODES = { 403: 'forbidden', 404: 'not_found', 413: 'frame_too_large', 429: 'rate_limited',
  503: 'overloaded' };

async function problem(answer) {
  const answered = Object(await answer.json().catch(() => null));
  const body = answered.payload ?? answered;
  const isOfGateway = typeof body.code === 'string';
  const code = isOfGateway ? body.code : CODES[answer.status] ?? 'internal';
  const words = body.detail ?? body.message ?? body.title;
  const error = new ParleyError({
    ...body, code, message: words ?? `The gateway answered ${answer.status}.`,
    retry_after_ms: retryAfterMs(body, answer.headers),
  }, answered.payload && answered.id);
  error.status = answer.status;
  error.isOfGateway = isOfGateway;
  return error;
}

/** The body has milliseconds; the header, in seconds or as a date, may come from a proxy. */
function retryAfterMs({ retry_after_ms: ms }, headers) {
  if (Number.isFinite(ms) && ms >= 0) return ms;
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^[a-z]/i.test(text)) return undefined;
  // The date is compared with the sender's own clock (RFC 9110, section 10.2.3)
  const now = Date.parse(headers.get('date') ?? '') || Date.now();
  const wait = Date.parse(text) - now;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

/** The addresses of the gateway, made from that of the WebSocket. */
export function addresses(url) {
  if (!url) throw new TypeError(`url: ${url} (expected: the address of the gateway's WebSocket)`);
  const socket = new URL(url, globalThis.location?.href);
  socket.protocol = socket.protocol.replace('http', 'ws');
  const base = new URL('.', socket);
  base.protocol = base.protocol.replace('ws', 'http');
  return { socketUrl: socket.href, base: base.href };
}
