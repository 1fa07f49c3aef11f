// How the service is: what is wrong now, the figures, each over time.
import { html, useAnswer, useEffect, useInterval, useState, useStore } from '../ui.js';
import { isMissing, request, stats } from '../api/client.js';
import { visible, visibleName } from '../json/visible.js';
import { Chart, Legend } from '../parts/chart.js';
import { Icon } from '../parts/icons.js';
import { Failure, State } from '../parts/small.js';
import { bytes, compact, number } from '../state/format.js';
import { health } from '../state/health.js';
import { prefs } from '../state/prefs.js';
import { set } from '../state/route.js';
import { duration, full, lasting, latency } from '../state/time.js';
import { print, value } from '../state/url.js';
import { exactly } from '../filter/filter.js';
import { troubles } from './advice.js';
import { parse, perSecond, sample } from './metrics.js';

const EVERY = 5_000;
const KEPT = 720;
const STATS_EVERY = 30_000;
const WINDOWS = { '1h': '1m', '6h': '5m', '24h': '15m', '7d': '6h' };
const OLDER = '5m';
const TOPICS = '6';

/** What was asked while this page is open, kept when the view is left. */
const samples = [];

function useSamples() {
  const [, again] = useState(0);
  const [error, setError] = useState(null);
  const ask = async () => {
    try {
      const response = await request('metrics', { headers: { Accept: 'text/plain' }, signal: AbortSignal.timeout(4000) });
      const now = sample(parse(await response.text()), Date.now());
      const before = samples[samples.length - 1];
      now.rate = perSecond(before, now, 'stored');
      const batches = before && now.batches !== null && now.batches > before.batches ? now.batches - before.batches : 0;
      now.batch = batches > 0 ? ((now.batchSeconds - before.batchSeconds) * 1000) / batches : null;
      samples.push(now);
      if (samples.length > KEPT) samples.shift();
      setError(null);
    } catch (e) {
      setError(e); // shown beside the figures, which are then of before
    }
    again((n) => n + 1);
  };
  useEffect(() => { ask(); }, []);
  useInterval(ask, EVERY);
  return error;
}

function Figure({ title, text, sub, tone = '', values, times, color = '--chart-1', format, href }) {
  const body = html`<h3>${title}</h3><p class="big">${text}</p><p class="muted">${sub}</p>`;
  return html`<section class=${`figure ${tone}`}>${href ? html`<a href=${href}>${body}</a>` : body}
    ${values && values.filter((n) => n !== null).length > 1 && html`<${Chart} times=${times} series=${[{ label: title, values, color }]} height=${44} small label=${`${title} over time`} format=${format} />`}</section>`;
}

/** Where there are several: which of them is behind, or is not known. */
function Queues({ all }) {
  if (all.length < 2) return null;
  return html`<h2 class="view-title">By queue</h2><div class="table-frame" tabIndex="0" role="region" aria-label="Queues"><table><thead><tr><th scope="col">Queue</th><th scope="col" class="num">Waiting</th><th scope="col" class="num">Claimed</th><th scope="col" class="num">Oldest waits</th></tr></thead>
    <tbody>${all.map(({ name, queued, claimed, oldest }) => html`<tr key=${name}><td><bdi class="tag">${visibleName(name, 60)}</bdi></td><td class=${`num ${queued > 10_000 ? 'slow' : ''}`}>${queued === null ? 'not known' : number(queued)}</td><td class="num">${claimed === null ? '–' : number(claimed)}</td><td class=${`num ${oldest > 60 ? 'slow' : ''}`}>${oldest === null ? '–' : lasting(oldest * 1000)}</td></tr>`)}</tbody></table></div>`;
}

function Troubles() {
  const now = useStore(health);
  const { zone } = useStore(prefs);
  const found = troubles(now);
  if (!now.known) return null;
  if (found.length === 0) return html`<div class="all-well" role="status"><${Icon} name="check" size="20" /><b>All is well.</b> <span>Redis, database, writer and feed work.</span></div>`;
  return html`<div class="troubles">${found.map((one) => html`<section class="trouble" role="alert"><h3><${Icon} name="warn" size="18" />${one.title}</h3><p><bdi>${visible(one.reason, 500)}</bdi></p><p>${one.since && html`<b>Since ${full(one.since, zone).slice(0, 19)}</b>, ${lasting(Date.now() - Date.parse(one.since))}. `}${one.advice}</p></section>`)}</div>`;
}

async function overTime(parameters, signal) {
  try {
    return await stats(parameters, signal);
  } catch (e) {
    if (isMissing(e)) return null;
    throw e;
  }
}

function Latencies({ found }) {
  if (found.groups.length === 0) return html`<p class="muted">No message was acknowledged in this time.</p>`;
  return html`<div class="table-frame" tabIndex="0" role="region" aria-label="Acknowledgements by topic"><table><thead><tr><th scope="col">Topic</th><th scope="col" class="num">Messages</th><th scope="col" class="num">Size</th><th scope="col" class="num">Not acknowledged</th><th scope="col" class="num">p50</th><th scope="col" class="num">p95</th><th scope="col" class="num">p99</th><th scope="col" class="num">max</th></tr></thead>
    <tbody>${found.groups.map(({ key, messages, bytes: size, unacknowledged, ack_ms: ack }) => html`<tr><td>${key === null ? html`<span class="muted">(none)</span>` : html`<a href=${print({ view: 'search', parameters: [['topic', exactly(key)], ['since', found.window]] })}><bdi class="tag">${visibleName(key, 60)}</bdi></a>`}</td><td class="num">${number(messages)}</td><td class="num">${bytes(size)}</td>
      <td class="num"><a href=${print({ view: 'search', parameters: [...(key === null ? [] : [['topic', exactly(key)]]), ['ack', 'missing'], ['since', found.window]] })}>${number(unacknowledged)}</a></td>${['p50', 'p95', 'p99', 'max'].map((name) => html`<td class=${`num ${ack && ack[name] >= 5000 ? 'slow' : ''}`}>${ack ? latency(ack[name]) : '–'}</td>`)}</tr>`)}</tbody></table></div>`;
}

export function Overview({ parameters }) {
  const window = WINDOWS[value(parameters, 'window')] ? value(parameters, 'window') : '1h';
  const bucket = WINDOWS[window];
  const failed = useSamples();
  const now = samples[samples.length - 1];
  const times = samples.map(({ at }) => at);
  const of = (name) => samples.map((one) => one[name] ?? null);
  const over = useAnswer((signal) => overTime([['since', window], ['bucket', bucket], ['older_than', OLDER]], signal), [window]);
  const topics = useAnswer(async (signal) => {
    const found = await overTime([['since', window], ['by', 'topic'], ['top', TOPICS]], signal);
    return found && { ...found, window };
  }, [window]);
  useInterval(() => { over.again(); topics.again(); }, STATS_EVERY);
  const found = over.value;
  const step = duration(bucket);
  const buckets = found?.buckets ?? [];
  const bucketTimes = buckets.map(({ start }) => Date.parse(start));
  const rates = [{ label: 'messages/s', values: buckets.map(({ messages }) => (messages * 1000) / step), color: '--chart-1' }];
  const acks = [{ label: 'p50', values: buckets.map((one) => one.ack_ms?.p50 ?? null), color: '--chart-1' }, { label: 'p95', values: buckets.map((one) => one.ack_ms?.p95 ?? null), color: '--chart-2' }, { label: 'p99', values: buckets.map((one) => one.ack_ms?.p99 ?? null), color: '--chart-3' }];
  const missing = [{ label: 'not acknowledged', values: buckets.map(({ unacknowledged }) => unacknowledged), color: '--chart-2', bars: true }];
  const older = found?.total.unacknowledged_older ?? null;
  return html`<section class="view page-view overview" aria-label="Overview"><${Troubles} />
    ${failed && html`<p class="note error" role="status">The figures of /metrics do not come: ${failed.message ?? 'no answer'}. What is shown is of before.</p>`}
    <div class="figures">
      <${Figure} title="Stored a second" text=${compact(now?.rate ?? null)} sub=${now?.stored === null || !now ? '' : `${number(now.stored)} since the server started`} values=${of('rate')} times=${times} />
      <${Figure} title="Queued" text=${compact(now?.queued ?? null)} sub="wait in Redis" tone=${(now?.queued ?? 0) > 10_000 ? 'warn' : ''} values=${of('queued')} times=${times} />
      <${Figure} title="Oldest in the queue" text=${now?.oldest === null || !now ? '–' : lasting(now.oldest * 1000)} sub="age" tone=${(now?.oldest ?? 0) > 60 ? 'bad' : ''} values=${of('oldest')} times=${times} format=${(n) => `${compact(n)} s`} />
      <${Figure} title="A batch" text=${now?.batch == null ? (now?.batchMs == null ? '–' : latency(now.batchMs)) : latency(now.batch)} sub="to store, on average" values=${of('batch')} times=${times} format=${(n) => latency(n)} />
      <${Figure} title="Dead letters" text=${number(now?.letters ?? null)} sub="open" tone=${(now?.letters ?? 0) > 0 ? 'warn' : ''} values=${of('letters')} times=${times} color="--chart-3" href=${print({ view: 'letters' })} />
      <${Figure} title="Not acknowledged" text=${number(older)} sub=${`older than ${OLDER}, in this window`} tone=${(older ?? 0) > 0 ? 'warn' : ''} href=${print({ view: 'search', parameters: [['ack', 'missing'], ['since', window], ['until', OLDER]] })} />
    </div>
    <${Queues} all=${now?.queues ?? []} />
    <div class="row-head"><h2>Over time${found?.estimated && html` <small class="muted">estimated from a sample</small>`}</h2><div class="tools" role="group" aria-label="Window">${Object.keys(WINDOWS).map((name) => html`<button type="button" class="button" aria-pressed=${name === window ? 'true' : 'false'} onClick=${() => set({ window: name }, { instead: true })}>${name}</button>`)}</div></div>
    ${over.error ? html`<${Failure} error=${over.error} again=${over.again} />`
      : over.loading && !found ? html`<${State} title="Counting…" />`
      : !found ? html`<p class="note muted">This server has no statistics (GET /stats), so there is nothing over time.</p>`
      : html`<div class="charts"><section><h3>Messages a second</h3><${Chart} times=${bucketTimes} series=${rates} height=${190} label="Messages a second" /></section>
          <section><h3>Acknowledged after <${Legend} series=${acks} /></h3><${Chart} times=${bucketTimes} series=${acks} height=${190} label="Latency of acknowledgements" format=${(n) => latency(n)} /></section>
          <section><h3>Not acknowledged</h3><${Chart} times=${bucketTimes} series=${missing} step=${step} height=${190} label="Messages without acknowledgement" /></section></div>
        <h2 class="view-title">By topic${topics.value?.estimated && html` <small class="muted">estimated from a sample</small>`}</h2>${topics.value ? html`<${Latencies} found=${topics.value} />` : html`<p class="muted">…</p>`}`}
  </section>`;
}
