// What the page knows about the feed, in a word and a sentence. Green only while messages really come as they are stored.
import { check } from '../state/health.js';
import { clock } from '../state/time.js';

/**
 * {tone, text, detail}: tone is good, wait, warn, bad or idle.
 *
 * @param {object} feed state of a FeedClient
 * @param {object} health value of the health store
 * @param {string} paused why the list stands still; '' when it does not
 * @param {number} waiting messages that came meanwhile
 */
export function status(feed, health, paused, waiting) {
  const since = (ms) => `since ${clock(ms, 'local')}`;
  if (feed.phase === 'denied') return { tone: 'bad', text: 'Not signed in', detail: feed.reason };
  if (feed.phase === 'refused') return { tone: 'bad', text: 'Filter refused', detail: feed.reason };
  if (feed.phase === 'waiting') {
    return { tone: 'bad', text: `Reconnecting ${since(feed.since)}`, detail: `${feed.reason} Tried ${feed.tries === 1 ? 'once' : `${feed.tries} times`}; what is missed meanwhile will be refilled.` };
  }
  if (feed.phase === 'connecting') return { tone: 'idle', text: 'Connecting', detail: '' };
  if (feed.phase === 'closed') return { tone: 'idle', text: 'Off', detail: '' };
  if (health.known && !health.reachable) {
    return { tone: 'bad', text: `No answer ${since(health.since)}`, detail: 'The connection is open, but the server does not answer. Nothing that is shown is newer.' };
  }
  for (const name of ['feed', 'redis']) {
    const found = check(health, name);
    if (found?.status === 'DOWN') {
      return { tone: 'bad', text: name === 'feed' ? 'Feed is blind' : 'Redis is away', detail: `${found.data?.reason ?? 'The server gives no reason.'} ${found.data?.since ? since(Date.parse(found.data.since)) : ''}` };
    }
  }
  if (paused) return { tone: 'warn', text: 'Paused', detail: `${waiting.toLocaleString('en')} new` };
  const database = check(health, 'database');
  if (database?.status === 'DOWN') return { tone: 'warn', text: 'Database is away', detail: 'Nothing is stored meanwhile, so nothing new is shown. Messages wait in Redis.' };
  return { tone: 'good', text: 'Live', detail: 'Messages are shown as they are stored.' };
}
