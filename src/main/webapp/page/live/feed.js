// The page's one live session, which goes on while another view is shown, and when it is to be painted.
import { ApiError, page, request, ticket } from '../api/client.js';
import { FeedClient } from '../feed/client.js';
import { renew } from '../session/openid.js';
import { ask, session } from '../session/session.js';
import { Store } from '../state/store.js';
import { LiveSession } from './session.js';

const PAINT_EVERY = 80;
const PAINT_AT_LEAST_EVERY = 300;

/** So many times of what a painting takes lie between two of them: the rest is for the reader's clicks. */
const REST = 5;

/** Counts the paintings; a view that is subscribed looks at `live` again. */
export const paints = new Store(0);

let scheduled = false;
let painted = 0;
let cost = 0;

function paint() {
  if (scheduled) return;
  scheduled = true;
  const every = Math.min(PAINT_AT_LEAST_EVERY, Math.max(PAINT_EVERY, cost * REST));
  const wait = Math.max(0, every - (performance.now() - painted));
  setTimeout(() => requestAnimationFrame(() => {
    scheduled = false;
    painted = performance.now();
    paints.set(paints.value + 1);
    // A timer that is set in a frame comes after the frame has been laid out and painted.
    setTimeout(() => { cost = performance.now() - painted; }, 0);
  }), wait);
}

/** The address of the feed: the page's own, over a WebSocket. */
export function feedAddress() {
  const url = new URL('.', location.href.split('#')[0].split('?')[0]);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Why the server does not take a question, by asking it over REST too; '' when that works or there is no answer. */
async function explain(parameters) {
  try {
    await request('messages', { parameters: [...parameters, ['limit', '1']] });
    return '';
  } catch (e) {
    if (!(e instanceof ApiError)) throw e;
    return e.status >= 400 && e.status < 500 ? e.message : '';
  }
}

/** A client of the feed. */
export function makeFeed({ parameters, since, handlers }) {
  let token = ''; // that the connection was opened with
  return new FeedClient({
    base: feedAddress(),
    parameters,
    since,
    ticket: async () => {
      const found = await ticket();
      ({ token } = session.value);
      return found;
    },
    renew: () => renew(token),
    explain: () => explain(parameters),
    handlers: {
      ...handlers,
      state: (state) => {
        if (state.phase === 'denied') ask(state.reason);
        handlers.state?.(state);
      },
    },
  });
}

export const live = new LiveSession({ page: (parameters) => page('messages', { parameters }), feed: makeFeed, changed: paint });
