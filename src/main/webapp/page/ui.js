// The view library in one place, so that no other module knows where it lies.
import { Component, createContext, Fragment, h, render } from '../lib/preact.module.js';
import { useCallback, useContext, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from '../lib/hooks.module.js';
import htm from '../lib/htm.module.js';

export const html = htm.bind(h);
export { Component, createContext, Fragment, render, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState };

/** The value of a Store, and again whenever it changes. */
export function useStore(store) {
  const [, again] = useReducer((n) => n + 1, 0);
  useEffect(() => {
    again();
    return store.subscribe(() => again());
  }, [store]);
  return store.value;
}

/**
 * What an async function answers: {value, error, loading, again}. The latest question wins: an older one is aborted, and its answer,
 * should it come all the same, is not looked at. The value of before stays while the next is awaited.
 */
export function useAnswer(ask, dependencies) {
  const [state, setState] = useState({ value: null, error: null, loading: true });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (ask === null) return undefined;
    const controller = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    ask(controller.signal).then(
      (value) => controller.signal.aborted || setState({ value, error: null, loading: false }),
      (error) => controller.signal.aborted || setState({ value: null, error, loading: false }),
    );
    return () => controller.abort();
  }, [...dependencies, turn]);
  return { ...state, again: useCallback(() => setTurn((n) => n + 1), []) };
}

/** Calls a function every so often as long as the component is shown; the latest one that was given. */
export function useInterval(tick, ms) {
  const latest = useRef(tick);
  latest.current = tick;
  useEffect(() => {
    const timer = setInterval(() => latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}

/** Whether a media query holds. */
export function useMedia(query) {
  const [holds, setHolds] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const change = () => setHolds(list.matches);
    change();
    list.addEventListener('change', change);
    return () => list.removeEventListener('change', change);
  }, [query]);
  return holds;
}

/** A component for which a later error is shown as a sentence with a way on, not as an empty page. */
export class Boundary extends Component {
  constructor(props) {
    super(props);
    this.state = { error: null };
  }

  static getDerivedStateFromError(error) {
    return { error };
  }

  componentDidUpdate(before) {
    if (before.name !== this.props.name && this.state.error) this.setState({ error: null });
  }

  render({ children }, { error }) {
    if (!error) return children;
    return html`<div class="state bad" role="alert"><h2>This view has failed</h2>
      <p>${String(error.message ?? error)}</p>
      <button class="primary" onClick=${() => this.setState({ error: null })}>Show it again</button></div>`;
  }
}
