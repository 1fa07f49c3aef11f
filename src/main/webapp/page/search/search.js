// What is stored: filters, a histogram to brush, facets beside, results without end.
import { html, useAnswer, useMemo, useState, useStore } from '../ui.js';
import { isMissing, stats } from '../api/client.js';
import { FilterBar } from '../filter/bar.js';
import { exactly, fromParameters, plus, toParameters } from '../filter/filter.js';
import { visibleName } from '../json/visible.js';
import { ColumnsMenu, kept, ZoneButton } from '../live/live.js';
import { Chart, Legend } from '../parts/chart.js';
import { Icon } from '../parts/icons.js';
import { MessageList } from '../parts/message-list.js';
import { Failure, Menu, State } from '../parts/small.js';
import { bytes, compact, many, number } from '../state/format.js';
import { look, prefs } from '../state/prefs.js';
import { go, set } from '../state/route.js';
import { asked, bucket, duration, fromInput, full, latency, moment, toInput } from '../state/time.js';
import { value } from '../state/url.js';
import { Export } from './export.js';
import { usePages } from './pages.js';

const FACETS = [['topic', 'Topic'], ['type', 'Type'], ['source', 'From'], ['destination', 'To']];
const RANGES = [['15m', '15 minutes'], ['1h', 'hour'], ['6h', '6 hours'], ['24h', '24 hours'], ['7d', '7 days'], ['30d', '30 days']];

/** Answers what /stats does, or null where the server has none. */
async function figures(parameters, signal) {
  try {
    return await stats(parameters, signal);
  } catch (e) {
    if (isMissing(e)) return null;
    throw e;
  }
}

export function Range({ since, until, zone }) {
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const point = (text) => (duration(text) !== null ? `${text} ago` : full(text, zone).replace(/\.000 /, ' '));
  const text = !since && !until ? 'All time' : !until && duration(since) !== null ? `Last ${RANGES.find(([name]) => name === since)?.[1] ?? since}` : `${since ? point(since) : 'the start'} to ${until ? point(until) : 'now'}`;
  return html`<${Menu} label="Time" icon="history" text=${text} align="telling">
    ${RANGES.map(([name, words]) => html`<button type="button" class="item" onClick=${() => set({ since: name, until: null })}>Last ${words}</button>`)}
    <button type="button" class="item" onClick=${() => set({ since: null, until: null })}>All time</button>
    <form class="menu-form" onSubmit=${(event) => { event.preventDefault(); set({ since: from ? fromInput(from, zone) : since, until: to ? fromInput(to, zone) : until }); }}>
      <label>From <input type="datetime-local" step="1" value=${from || (since ? toInput(moment(since), zone) : '')} onInput=${(event) => setFrom(event.currentTarget.value)} /></label>
      <label>To <input type="datetime-local" step="1" value=${to || (until ? toInput(moment(until), zone) : '')} onInput=${(event) => setTo(event.currentTarget.value)} /></label><button>Apply</button></form>
  </${Menu}>`;
}

function Histogram({ answer }) {
  const { value: found, error, loading } = answer;
  const shown = useMemo(() => {
    if (!found?.buckets?.length) return null;
    const times = found.buckets.map(({ start }) => Date.parse(start));
    return {
      times,
      step: times.length > 1 ? times[1] - times[0] : duration(found.bucket) ?? 60_000,
      series: [
        { label: 'messages', values: found.buckets.map(({ messages }) => messages), color: '--chart-1', bars: true },
        { label: 'not acknowledged', values: found.buckets.map(({ unacknowledged }) => unacknowledged), color: '--chart-2', bars: true },
      ],
    };
  }, [found]);
  if (error) return html`<p class="note error" role="alert">${error.message}</p>`;
  if (loading && !found) return html`<div class="histogram loading" aria-busy="true"></div>`;
  if (!found) return html`<p class="note muted">This server has no statistics (GET /stats), so there is no histogram.</p>`;
  if (!shown) return null;
  return html`<div class=${loading ? 'histogram stale' : 'histogram'}><div class="histogram-head"><span>${many(found.total.messages, 'message')}${found.estimated ? ' (estimated)' : ''}</span><span>${bytes(found.total.bytes)}</span>
      <span>${number(found.total.unacknowledged)} not acknowledged</span>${found.total.ack_ms && html`<span>ack p50 ${latency(found.total.ack_ms.p50)}, p95 ${latency(found.total.ack_ms.p95)}</span>`}<span class="grow"></span><${Legend} series=${shown.series} /><span class="muted">a bar: ${found.bucket}. Drag to zoom.</span></div>
    <${Chart} times=${shown.times} series=${shown.series} step=${shown.step} height=${130} label="Messages over time" format=${compact}
      onSelect=${(from, to) => set({ since: new Date(Math.floor(from)).toISOString(), until: new Date(Math.ceil(to)).toISOString() })} /></div>`;
}

function Facet({ field, title, filters, range, onChange }) {
  const { value: found, error, loading } = useAnswer((signal) => figures([...toParameters(filters), ...range, ['by', field], ['top', '8']], signal), [JSON.stringify(filters), JSON.stringify(range)]);
  if (error || (!loading && !found)) return null;
  if (!found) return html`<section class="facet"><h3>${title}</h3><p class="muted">…</p></section>`;
  const most = Math.max(1, ...found.groups.map(({ messages }) => messages));
  return html`<section class=${loading ? 'facet stale' : 'facet'}><h3>${title}</h3>${found.groups.length === 0 ? html`<p class="muted">none</p>` : html`<ul>${found.groups.map((group) => html`<li>
      <span class="facet-bar" aria-hidden="true" style=${{ width: `${(group.messages / most) * 100}%` }}></span>
      ${!group.key ? html`<span class="facet-name muted">${group.key === null ? '(none)' : '(empty)'}</span>` : html`<button type="button" class="facet-name" title=${`Only ${visibleName(group.key)}`} onClick=${() => onChange(plus(filters, { name: field, value: exactly(group.key) }))}><bdi>${visibleName(group.key, 60)}</bdi></button>`}
      <span class="facet-count">${compact(group.messages)}</span>
      ${group.key && html`<button type="button" class="quiet facet-not" aria-label=${`Without ${visibleName(group.key, 60)}`} title="Without" onClick=${() => onChange(plus(filters, { name: field, value: exactly(group.key, true) }))}>≠</button>`}</li>`)}
    ${found.rest?.messages > 0 && html`<li class="muted"><span class="facet-name">${found.rest.groups ? `${number(found.rest.groups)} more` : 'the rest'}</span><span class="facet-count">${compact(found.rest.messages)}</span></li>`}</ul>`}</section>`;
}

export function Search({ parameters, onOpen, selected }) {
  const { zone, columns } = look(useStore(prefs), parameters);
  const filters = fromParameters(parameters);
  const since = value(parameters, 'since');
  const until = value(parameters, 'until');
  const order = value(parameters, 'order');
  const word = filters.find(({ name }) => name === 'q')?.value ?? '';
  const range = [['since', since], ['until', until]].filter(([, text]) => text !== '');
  const times = useMemo(() => asked(since, until), [since, until]);
  const bars = since ? bucket((until ? moment(until) : Date.now()) - moment(since)) : 'auto';
  const question = [...toParameters(filters), ...times, ...(order ? [['order', order]] : [])];
  const found = usePages('messages', question);
  const over = useAnswer((signal) => figures([...toParameters(filters), ...times, ['bucket', bars]], signal), [JSON.stringify(filters), JSON.stringify(times)]);
  const change = (next) => go({ view: 'search', parameters: [...toParameters(next), ...kept(parameters, 'since', 'until', 'order')] });
  const { entries, loading, error, end, lookedTo } = found;
  return html`<section class="view search" aria-label="Search">
    <${FilterBar} filters=${filters} onChange=${change}><div class="tools"><${Range} since=${since} until=${until} zone=${zone} />
      <button type="button" class="button" onClick=${() => set({ order: order === 'oldest' ? null : 'oldest' })} title="Which come first">${order === 'oldest' ? 'Oldest first' : 'Newest first'}</button>
      <${ZoneButton} zone=${zone} />
      <${ColumnsMenu} columns=${columns} /><${Export} parameters=${question} /></div></${FilterBar}>
    ${!(error && entries.length === 0) && html`<${Histogram} answer=${over} />`}
    <div class="with-facets"><section class="facets" aria-label="Most frequent">${FACETS.map(([field, title]) => html`<${Facet} key=${field} field=${field} title=${title} filters=${filters} range=${times} onChange=${change} />`)}</section>
      <div class="results">${error && entries.length === 0
        ? html`<${Failure} error=${error} again=${found.again} title=${error.status === 400 ? 'The server does not take this question' : undefined} />`
        : entries.length === 0 && !loading && end
          ? html`<${State} icon="search" title="Nothing found"><p>No stored message meets ${filters.length > 0 ? 'these filters' : 'this'}${range.length > 0 ? ' in this time' : ''}.</p>
            ${range.length > 0 && html`<button type="button" onClick=${() => set({ since: null, until: null })}>Look in all time</button>`}${filters.length > 0 && html`<button type="button" onClick=${() => change([])}>Without filters</button>`}</${State}>`
          : entries.length === 0 ? html`<${State} title="Looking…">${lookedTo && html`<p role="status">Looked ${order === 'oldest' ? 'on' : 'back'} to ${full(lookedTo, zone)}</p><button type="button" onClick=${found.stop}>Stop</button>`}</${State}>`
          : html`<${MessageList} count=${entries.length} at=${(index) => entries[index]} zone=${zone} columns=${columns} word=${word} onOpen=${onOpen} selected=${selected} onEnd=${found.more} label=${`Found messages, the ${order === 'oldest' ? 'oldest' : 'newest'} first`}
            tail=${html`<p class="tail"><span role="status">${many(entries.length, 'message')} loaded${end ? ', all there are' : ''}</span>${lookedTo && !end && html`<span>looked ${order === 'oldest' ? 'on' : 'back'} to ${full(lookedTo, zone)}</span>`}
              ${loading && html`<span>Loading more…</span><button type="button" class="quiet small" onClick=${found.stop}>Stop</button>`}${error && html`<span class="error">${error.message}</span><button type="button" class="quiet small" onClick=${found.again}>Try again</button>`}
              ${!loading && !end && !error && html`<button type="button" class="quiet small" onClick=${found.more}><${Icon} name="more" size="14" />More</button>`}</p>`} />`}</div></div>
  </section>`;
}
