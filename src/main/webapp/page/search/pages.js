// The pages of a question, one after the other, as the reader goes on; a question's answers never mix with another's.
import { useCallback, useEffect, useRef, useState } from '../ui.js';
import { page } from '../api/client.js';
import { Entry } from '../message/parse.js';

const FIRST_LIMIT = 25; // soon there, also when each is a megabyte
const LIMIT = 100;
const HEAVY = 20_000; // characters of a message above which pages are small
const LIGHT_LIMIT = 5;

/**
 * {entries, loading, error, end, lookedTo, more, again}: `lookedTo` is how far back (or on) has been looked where a page was short.
 *
 * @param {string} path the list
 * @param {Array} parameters its filters, a list of [name, value]; null asks nothing
 */
export function usePages(path, parameters) {
  const key = JSON.stringify([path, parameters]);
  const [state, setState] = useState({ key, entries: [], loading: parameters !== null, error: null, next: null, end: false, lookedTo: null });
  const [turn, setTurn] = useState(0);
  const running = useRef(null);
  const latest = useRef(state);
  latest.current = state;

  const load = useCallback(async (after, before, limit) => {
    const controller = new AbortController();
    running.current = controller;
    let entries = before;
    let cursor = after;
    let size = limit;
    try {
      for (;;) {
        const answer = await page(path, { parameters: [...parameters, ['limit', String(size)], ...(cursor ? [['after', cursor]] : [])], signal: controller.signal });
        if (controller.signal.aborted) return;
        const first = entries.length;
        entries = [...entries, ...answer.messages.map((message, i) => new Entry(message.text, first + i, 0, true))];
        cursor = answer.next;
        size = answer.characters / Math.max(1, answer.messages.length) > HEAVY ? LIGHT_LIMIT : LIMIT;
        const found = answer.messages.length > 0 || !cursor;
        setState({ key, entries, loading: !found, error: null, next: cursor, end: !cursor, lookedTo: answer.searchedTo, size });
        if (found) return;
      }
    } catch (error) {
      if (controller.signal.aborted) return;
      setState((now) => ({ ...now, key, loading: false, error }));
    } finally {
      if (running.current === controller) running.current = null;
    }
  }, [key]);

  useEffect(() => {
    if (parameters === null) return undefined;
    running.current?.abort();
    setState({ key, entries: [], loading: true, error: null, next: null, end: false, lookedTo: null });
    load(null, [], FIRST_LIMIT);
    return () => running.current?.abort();
  }, [key, turn]);

  const more = useCallback(() => {
    const now = latest.current;
    if (running.current || now.loading || now.error || !now.next || now.key !== key) return;
    setState({ ...now, loading: true });
    load(now.next, now.entries, now.size ?? LIMIT);
  }, [key, load]);
  const stop = useCallback(() => {
    running.current?.abort();
    setState((now) => ({ ...now, loading: false }));
  }, []);
  const again = useCallback(() => setTurn((n) => n + 1), []);
  // Until the effect has run, what is shown belongs to the question of before.
  const shown = state.key === key ? state : { ...state, entries: [], loading: true, error: null, end: false, lookedTo: null };
  return { ...shown, more, stop, again };
}
