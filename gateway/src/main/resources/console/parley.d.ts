/** The client of Parley. What is on the wire keeps its wire name: `run_id`, `duration_ms`. */

/** Connects, and stays connected until `close()`. */
export function connect(options: ConnectOptions): Client;

export interface ConnectOptions {
  /** The address of the WebSocket; a page may give a path: `/ws`. HTTP is expected beside it. */
  url: string;
  /**
   * A token, or a function that returns one. It is called before each connection, and with
   * `isExpiring` before the current token expires. If it returns no token, or one that was refused
   * before, the client closes.
   */
  token: string | ((why?: { isExpiring: true }) => string | null | Promise<string | null>);
  /** The WebSocket class, where the platform has none (Node 20) or another one is to be used. */
  WebSocket?: unknown;
  /** Replaces the platform's `fetch`. */
  fetch?: typeof fetch;
  /** How long the gateway may collect deltas to send them as one frame; maximum 500. */
  rollupMs?: number;
  /**
   * False: the client does not acknowledge the ends of runs by itself, as it else does in a page
   * that is visible; the application calls `thread.ack()`.
   */
  acknowledge?: boolean;
}

export type ConnectionState =
  | { name: 'connecting' }
  /** `http`: WebSocket is blocked. Threads are read as event streams, commands are sent by POST. */
  | { name: 'open'; via: 'websocket' | 'http' }
  | { name: 'waiting'; retryInMs: number; code: number }
  /** The client does not reconnect. `code` is the close code of the protocol: 4401 a new token is
   *  needed, 4403 not allowed, 4409 replaced by another connection, 1000 closed by `close()`. */
  | { name: 'closed'; code: number };

export interface Client {
  readonly state: ConnectionState;
  /** The payload of the last `welcome`: user, tier, limits, open runs. */
  readonly welcome: Record<string, any> | null;
  on(name: 'state', listener: (state: ConnectionState) => void): () => void;
  /** Errors that are not the answer to a command. */
  on(name: 'error', listener: (error: ParleyError) => void): () => void;
  /** Every frame, for inspection; tokens are masked. `size` is the UTF-16 units of its text. */
  on(
    name: 'frame',
    listener: (traffic: { direction: 'in' | 'out'; frame: Frame; size: number }) => void,
  ): () => void;
  /** What was sent to the user: maintenance, news, alerts. */
  readonly inbox: Inbox;
  /**
   * Calls the listener once for each notification that no device has acknowledged, those that are
   * there first, until the returned function is called. `inbox.ack()` acknowledges.
   */
  onNotification(listener: (notification: Notification) => void): () => void;
  /** The one object for this thread of the user. */
  thread(id: string): Thread;
  /**
   * One page of the user's threads, newest activity first. Give `next` as `after` to get the next
   * page. A thread with new activity moves to the top; a new listing starts with it.
   */
  threads(page?: { after?: string; limit?: number }): Promise<ThreadPage>;
  /** The agents that `send` and `start` may name. */
  agents(): Promise<AgentEntry[]>;
  /** Sets the title of a thread, on all devices: 1 to 200 characters, no control characters. */
  setTitle(threadId: string, title: string, options?: CommandOptions): Promise<Accepted>;
  /** Deletes a thread; refused with `thread_busy` while a run is open or messages are queued. */
  deleteThread(id: string): Promise<void>;
  /** Connects now: ends the wait, or connects again after `closed`. */
  reconnect(): void;
  close(): void;
}

export interface Inbox {
  readonly view: InboxView;
  /** Calls the handler at once and after every change, until the returned function is called. */
  subscribe(handler: (view: InboxView) => void): () => void;
  /**
   * The person has seen the notifications up to this seq; without one, all of the view. Kept by the
   * gateway for all devices; sent again on the next connection.
   */
  ack(seq?: number): void;
}

export interface InboxView {
  readonly epoch: string | null;
  /** The view has all notifications up to this seq. */
  readonly seq: number;
  /** Up to here the person has seen it, on whatever device. */
  readonly acknowledged: number;
  readonly caughtUp: boolean;
  /** Those after `acknowledged`, oldest first. */
  readonly notifications: readonly Notification[];
}

export interface Notification {
  seq: number;
  notification_id: string;
  broadcast_id?: string;
  title: string;
  body: string;
  /** An https address, or a path. */
  action_url?: string;
  priority: 'low' | 'normal' | 'high' | 'critical';
  timestamp: string;
}

export interface AgentEntry {
  name: string;
  /** One sentence for people. */
  description: string;
  abilities: AgentAbility[];
  /** It answers a message that names no agent, in a thread without a run. */
  default: boolean;
}

/** `resumable`: its runs go on after a restart. `confirmed_cancel`: a cancelled run tells in `upstream_confirmed` that its work has stopped. */
export type AgentAbility =
  | 'history' | 'reasoning' | 'tools' | 'images' | 'files' | 'resumable' | 'confirmed_cancel';

export interface ThreadPage {
  threads: ThreadEntry[];
  next?: string;
}

export interface ThreadEntry {
  thread_id: string;
  epoch: string;
  oldest: number;
  head: number;
  last_event_at: string;
  /** When a message was added, a run ended or the title was set. The list is sorted by it. */
  last_activity: string;
  title?: string;
  /** The agent of the last run. */
  agent?: string;
  /** The id of the run that is open. */
  open_run?: string;
  /** How many messages are queued. */
  queued: number;
}

export interface CommandOptions {
  /** The id of a command that was sent before, to send it again. It is never executed twice. */
  id?: string;
}

export interface MessageOptions extends CommandOptions {
  /** What to do while a run is open: reject (`thread_busy`), queue, or replace that run. */
  whenBusy?: 'reject' | 'queue' | 'replace';
  /** With `replace`: the next `replace` does not take the message back while it is queued. */
  keep?: boolean;
}

export interface Accepted {
  /** The command's id. */
  id: string;
  /** The seq of the message. */
  seq: number;
  run_id?: string;
  /** The command was accepted before. */
  duplicate?: true;
  /** The thread was deleted after that; `seq` belongs to this epoch of it. */
  deleted?: true;
  epoch?: string;
}

export interface Thread extends AsyncIterable<Frame> {
  readonly id: string;
  readonly view: View;
  /** Why the gateway refused the subscription, or null; also emitted as an `error` event. */
  readonly refusal: ParleyError | null;
  /** Starts the agent of that name. */
  start(
    agent: string,
    input: string | object,
    options?: MessageOptions & { context?: object },
  ): Promise<Accepted>;
  /** Sends a message to this agent, else to the agent of the thread's last run, else the default. */
  send(text: string | object[], options?: MessageOptions & { agent?: string }): Promise<Accepted>;
  /** Shows a message on all devices of the user; no agent answers. */
  chat(text: string | object[], options?: CommandOptions): Promise<Accepted>;
  /**
   * Cancels the open run, or the run that the last command starts. A thread that was not read yet is
   * read first. `state` is absent if no run was open. With the id of a command: cancels the run that
   * it started, or takes its message back while it is queued.
   */
  cancel(commandId?: string): Promise<{ state?: string }>;
  /**
   * The person has seen the thread up to this seq; without one, all of the view. Then nobody is told
   * by the operator's web hook that the run has ended. Sent with the next connection if there is none.
   */
  ack(seq?: number): void;
  /**
   * Calls the handler at once and after every change, until the returned function is called; also
   * with the frame `acknowledged` of another device, which changes nothing in the view. A thread
   * is read from its oldest event; with `from: 'now'` only new events are read.
   */
  subscribe(
    handler: (view: View, frame?: Frame) => void,
    options?: { from?: 'start' | 'now' },
  ): () => void;
  /**
   * The events, each once and in order. The first loop starts at the oldest event, or, if a handler
   * has read the thread, at the next event. A later loop continues after the last event of the one
   * before. After a `gap` the thread is read from its oldest event again. Ends with
   * `client.close()`.
   */
  [Symbol.asyncIterator](): AsyncIterator<Frame>;
}

export interface Frame {
  type: string;
  id?: string;
  thread_id?: string;
  run_id?: string;
  seq?: number;
  seq_from?: number;
  timestamp?: string;
  payload?: any;
}

/** Codes of commands and HTTP calls; `disconnected` is from the client. To retry: see ParleyError. */
export type ErrorCode =
  | 'bad_frame' | 'unsupported_type' | 'invalid_argument' | 'unauthenticated' | 'token_expired'
  | 'forbidden' | 'not_found' | 'frame_too_large' | 'rate_limited' | 'quota_exceeded'
  | 'idempotency_conflict' | 'thread_busy' | 'queue_full' | 'stale_producer'
  | 'out_of_sequence' | 'run_ended' | 'approval_expired'
  | 'arguments_mismatch' | 'overloaded' | 'draining' | 'internal' | 'disconnected';

/** Why a run failed (`run.code`). An agent may also give its own failure an `ErrorCode`. */
export type RunErrorCode =
  | 'upstream_unreachable' | 'upstream_timeout' | 'upstream_rejected' | 'upstream_auth'
  | 'upstream_rate_limited' | 'upstream_error' | 'upstream_truncated' | 'upstream_disconnected'
  | 'upstream_protocol' | 'content_filter' | 'run_timeout' | 'gateway_restarted' | 'max_steps'
  | 'approval_unsupported' | 'agent_error' | 'overloaded' | 'internal' | 'quota_exceeded'
  | 'rate_limited';

/** Why a command was rejected, or an error of the gateway. `message` is for people. */
export class ParleyError extends Error {
  constructor(error?: {
    code?: ErrorCode; message?: string; field?: string; retry_after_ms?: number; thread_id?: string;
  }, commandId?: string);
  readonly code: ErrorCode;
  /** Whether the same command may work later, under the same id. */
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  /** The invalid field of the command, as a JSON Pointer. */
  readonly field?: string;
  readonly docs?: string;
  /** The id of the rejected command. */
  readonly commandId?: string;
  /** The thread whose subscription was refused. */
  readonly threadId?: string;
  /** The status of the HTTP answer, if there was one. */
  readonly status?: number;
}

/** The state of a thread after its events. Unchanged parts stay identical (===). */
export interface View {
  readonly epoch: string | null;
  /** The view has all events up to this seq. */
  readonly seq: number;
  /** Whether all stored events have been read. After that the view is live. */
  readonly caughtUp: boolean;
  /** The last title read; null if there is none, or if retention removed its event. */
  readonly title: string | null;
  readonly messages: readonly Message[];
  readonly thinking: readonly Thinking[];
  readonly tools: readonly Tool[];
  readonly runs: readonly Run[];
  /** The last run. */
  readonly run: Run | null;
}

export interface Message {
  seq: number;
  message_id: string;
  run_id?: string;
  role: string;
  kind?: string;
  offset?: number;
  text: string;
  /** What the user sent, as it is in the event; `text` is its words. */
  content?: string | object;
  timestamp?: string;
  state: 'queued' | 'taken_back' | 'sent' | 'streaming' | 'completed' | 'failed' | 'cancelled';
}

/** One invocation of an agent by another one, in the same run. */
export interface Subagent {
  id: string;
  name: string;
  /** The id of the sub-agent that invoked it; absent if the agent of the run did. */
  parent?: string;
}

/**
 * A stretch of thinking. What a sub-agent says is in such a stretch of its own, never in `messages`.
 */
export interface Thinking {
  seq: number;
  run_id: string;
  /** Absent for the agent itself. */
  subagent?: Subagent;
  text: string;
  offset: number;
  state: 'open' | 'done';
  steps: { step?: string; text?: string; progress?: number }[];
}

export interface Tool {
  seq: number;
  run_id: string;
  tool_call_id: string;
  tool_name: string;
  /** Who called it; absent for the agent itself. */
  subagent?: Subagent;
  arguments: any;
  status: 'executing' | 'ok' | 'error' | 'denied' | 'aborted' | 'unknown';
  started_at?: string;
  result?: any;
  error?: any;
  truncated?: boolean;
  duration_ms?: number;
}

export interface Run {
  seq: number;
  run_id: string;
  agent: string;
  message_id: string;
  started_at: string;
  ended_at?: string;
  state: 'open' | 'completed' | 'failed' | 'cancelled';
  finish?: 'stop' | 'length';
  /** What the service of the agent counted, under its own names: `prompt_tokens`, `input_tokens`. */
  usage?: any;
  /** What the agent returned besides its text. */
  result?: any;
  code?: RunErrorCode | ErrorCode;
  message?: string;
  /** Whether the same message may succeed later. */
  retryable?: boolean;
  /** The milliseconds from `ended_at` until then, if the agent knows. */
  retry_after_ms?: number;
  by?: 'user' | 'operator' | 'shutdown' | 'replaced';
}

export const emptyView: View;

/** The view after one more frame. Pure. An event seen before, or after a gap, changes nothing. */
export function fold(view: View, frame: Frame): View;

/** A random id, for threads and commands. */
export function randomId(): string;
