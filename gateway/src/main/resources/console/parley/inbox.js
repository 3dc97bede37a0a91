import { callSafely } from './errors.js';
import { randomId } from './ids.js';

const INBOX = '@inbox';
const RETRY_MS = 1000;
const NOTHING = Object.freeze({
  epoch: null, seq: 0, acknowledged: 0, caughtUp: false, notifications: [],
});

/**
 * What was sent to the user: the notifications that no device has acknowledged. An `ack` has no
 * answer, so the highest one is sent again on each connection.
 */
export class Inbox {
  view = NOTHING;
  #client;
  #handlers = new Set();
  #stop = null;
  #ackId = null;
  #isOwed = false;

  constructor(client) {
    this.#client = client;
  }

  subscribe(handler) {
    // A wrapper, so that the same function may subscribe twice
    const own = (view) => handler(view);
    this.#handlers.add(own);
    callSafely(own, this.view);
    this.#stop ??= this.#client.thread(INBOX).subscribe((_, frame) => frame && this.#take(frame),
      { from: 'now' });
    return () => {
      if (!this.#handlers.delete(own) || this.#handlers.size) return;
      this.#stop();
      this.#stop = null;
    };
  }

  ack(seq = this.view.seq) {
    if (!(seq > this.view.acknowledged)) return;
    const acknowledged = Math.min(seq, this.view.seq);
    const notifications = this.view.notifications.filter((each) => each.seq > acknowledged);
    this.#isOwed = true;
    this.#show({ ...this.view, acknowledged, notifications });
    this.send();
  }

  /** @internal Sends the highest ack, which the gateway may not have. */
  send() {
    if (!this.#isOwed) return;
    this.#ackId = randomId();
    this.#client.tell({ type: 'ack', id: this.#ackId, thread_id: INBOX,
      payload: { seq: this.view.acknowledged } });
  }

  /** @internal Whether this is the answer to the newest ack: then it is sent again later. */
  refused(id, { code, retry_after_ms: waitMs = RETRY_MS }) {
    if (id !== this.#ackId || !this.#isOwed) return false;
    if (code !== 'overloaded' && code !== 'draining') return false;
    setTimeout(() => id === this.#ackId && this.send(), waitMs);
    return true;
  }

  #take({ type, seq, timestamp, payload }) {
    const { view } = this;
    const { epoch, after, oldest } = Object(payload);
    switch (type) {
      case 'subscribed':
        // Without a cursor the gateway begins after what is acknowledged
        return this.#show(view.epoch === null
          ? { ...view, epoch, seq: after, acknowledged: after } : { ...view, caughtUp: false });
      case 'gap':
        if (epoch !== view.epoch) this.#isOwed = false;
        return this.#show({ ...NOTHING, epoch, seq: Math.max(oldest - 1, 0),
          acknowledged: epoch === view.epoch ? view.acknowledged : 0 });
      case 'caught_up': return this.#show({ ...view, caughtUp: true });
      case 'notification': return this.#show({ ...view, seq, notifications: seq > view.acknowledged
        ? [...view.notifications, { seq, timestamp, ...payload }] : view.notifications });
      default:
    }
  }

  #show(view) {
    this.view = view;
    for (const handler of this.#handlers) callSafely(handler, view);
  }
}
