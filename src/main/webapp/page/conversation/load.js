// The messages of a conversation, the oldest first: what is stored, and what comes while one looks.
import { useCallback, useEffect, useRef, useState } from '../ui.js';
import { isMissing, page, related } from '../api/client.js';
import { exactly } from '../filter/filter.js';
import { makeFeed } from '../live/feed.js';
import { Entry, fields } from '../message/parse.js';

const PAGE = '500';
const PAINT_EVERY = 200;
const MOST = 20_000;

/** Whether a message went from one of two subjects to the other. */
export function isBetween(message, a, b) {
  return (message.source === a && message.destinations.includes(b)) || (message.source === b && message.destinations.includes(a));
}

/** A page of the conversation of two, the newest first. Where the server has no conversations, or a name is no path, it is searched. */
async function newest(a, b, after, signal) {
  const more = [['order', 'newest'], ['limit', PAGE], ...(after ? [['after', after]] : [])];
  if (![a, b].some((name) => name === '.' || name === '..')) {
    try {
      return await page(`conversations/${encodeURIComponent(a)}/${encodeURIComponent(b)}`, { parameters: more, signal });
    } catch (e) {
      if (!isMissing(e)) throw e;
    }
  }
  const found = await page('messages', { parameters: [['subject', exactly(a)], ['limit', PAGE], ...(after ? [['after', after]] : [])], signal });
  return { ...found, messages: found.messages.filter((message) => isBetween(message, a, b)) };
}

/**
 * {entries, loading, error, older (loads a page more; null when there is none), live, again} of the conversation of a and b, or of what
 * belongs to the message `uuid`.
 */
export function useConversation({ a, b, uuid }) {
  const key = JSON.stringify([a, b, uuid]);
  const [state, setState] = useState({ key, entries: [], loading: true, error: null, next: null, live: false });
  const [turn, setTurn] = useState(0);
  const known = useRef(new Set());
  const sequence = useRef(0);
  const latest = useRef(state);
  latest.current = state;
  const fresh = (messages) => messages.filter((message) => message.uuid === null || (!known.current.has(message.uuid) && known.current.add(message.uuid)));
  const rows = (messages) => messages.map((message) => new Entry(message.text, sequence.current++, 0, true));

  useEffect(() => {
    const controller = new AbortController();
    known.current = new Set();
    setState({ key, entries: [], loading: true, error: null, next: null, live: false });
    let feed = null;
    let waiting = [];
    let timer = null;
    const flush = () => {
      timer = null;
      const came = rows(fresh(waiting));
      waiting = [];
      if (came.length > 0) setState((now) => ({ ...now, entries: [...now.entries, ...came].slice(-MOST) }));
    };
    const load = async () => {
      try {
        const answer = uuid ? { messages: await related(uuid, controller.signal), next: null } : await newest(a, b, null, controller.signal);
        if (controller.signal.aborted) return;
        const messages = uuid ? answer.messages : answer.messages.reverse();
        const entries = rows(fresh(messages));
        setState((now) => ({ ...now, entries: [...entries, ...now.entries], loading: false, next: answer.next }));
      } catch (error) {
        if (!controller.signal.aborted) setState((now) => ({ ...now, loading: false, error }));
      }
    };
    if (!uuid && a !== '' && b !== '') {
      feed = makeFeed({
        parameters: [a, b].flatMap((name) => [['source', exactly(name)], ['destination', exactly(name)]]),
        since: '',
        handlers: {
          messages: (texts) => {
            waiting.push(...texts.map(fields).filter((message) => isBetween(message, a, b)));
            if (waiting.length > 0) timer ??= setTimeout(flush, PAINT_EVERY);
          },
          state: ({ phase }) => setState((now) => ({ ...now, live: phase === 'open' })),
        },
      });
      feed.start();
    }
    load();
    return () => {
      controller.abort();
      clearTimeout(timer);
      feed?.stop();
    };
  }, [key, turn]);

  const older = useCallback(async () => {
    const now = latest.current;
    if (now.loading || !now.next) return 0;
    setState({ ...now, loading: true });
    try {
      const answer = await newest(a, b, now.next);
      if (latest.current.key !== key) return 0;
      const entries = rows(fresh(answer.messages.reverse()));
      setState((then) => ({ ...then, entries: [...entries, ...then.entries], loading: false, next: answer.next }));
      return entries.length;
    } catch (error) {
      setState((then) => ({ ...then, loading: false, error }));
      return 0;
    }
  }, [key]);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  return { ...state, older: state.next ? older : null, again };
}
