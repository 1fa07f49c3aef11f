// Who talks to whom in a window of time; and a table of the same.
import { html, useAnswer, useEffect, useMemo, useRef, useState, useStore } from '../ui.js';
import { graph as askGraph, isMissing } from '../api/client.js';
import { FilterBar } from '../filter/bar.js';
import { exactly, fromParameters, plus, toParameters } from '../filter/filter.js';
import { visibleName } from '../json/visible.js';
import { Failure, Name, State } from '../parts/small.js';
import { Range } from '../search/search.js';
import { hue, many, number } from '../state/format.js';
import { prefs } from '../state/prefs.js';
import { go, set } from '../state/route.js';
import { full, latency } from '../state/time.js';
import { print, value } from '../state/url.js';
import { layout } from './layout.js';

const WINDOW = '1h';
const TOP = '80';
const MARGIN = 70;

/** 0 (good) to 3 (bad) of an edge by what colours it. */
export function level(edge, by) {
  if (by === 'unacknowledged') {
    const share = edge.messages > 0 ? edge.unacknowledged / edge.messages : 0;
    return share < 0.02 ? 0 : share < 0.1 ? 1 : share < 0.3 ? 2 : 3;
  }
  const ms = edge.ack_p95_ms;
  return ms === null || ms === undefined ? -1 : ms < 500 ? 0 : ms < 2000 ? 1 : ms < 5000 ? 2 : 3;
}

const LEVELS = {
  latency: ['under 0.5 s', 'under 2 s', 'under 5 s', '5 s and more'],
  unacknowledged: ['under 2 %', 'under 10 %', 'under 30 %', '30 % and more'],
};

function Picture({ found, by, onNode, onEdge }) {
  const frame = useRef(null);
  const [size, setSize] = useState({ width: 900, height: 560 });
  const [over, setOver] = useState(null);
  useEffect(() => {
    const observer = new ResizeObserver(() => setSize({ width: frame.current.clientWidth, height: Math.max(380, frame.current.clientHeight) }));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  const most = Math.max(1, ...found.edges.map(({ messages }) => messages));
  const index = useMemo(() => new Map(found.nodes.map(({ subject }, i) => [subject, i])), [found]);
  const edges = found.edges.filter(({ source, destination }) => index.has(source) && index.has(destination));
  const places = useMemo(() => layout(found.nodes.length, edges.map((edge) => ({ from: index.get(edge.source), to: index.get(edge.destination), weight: Math.log1p(edge.messages) / Math.log1p(most) })), 1.7), [found]);
  const busiest = Math.max(1, ...found.nodes.map(({ sent, received }) => sent + received));
  const at = (i) => ({ x: MARGIN + places[i].x * (size.width - 2 * MARGIN), y: 40 + places[i].y * (size.height - 80) });
  const radius = (node) => 7 + 17 * Math.sqrt((node.sent + node.received) / busiest);
  const both = new Set(edges.map(({ source, destination }) => `${source}\u0000${destination}`));
  return html`<div class="graph-picture" ref=${frame}><svg width=${size.width} height=${size.height} viewBox=${`0 0 ${size.width} ${size.height}`} aria-hidden="true">
    <defs>${[-1, 0, 1, 2, 3].map((n) => html`<marker id=${`tip${n}`} viewBox="0 0 10 10" refX="8" refY="5" markerUnits="userSpaceOnUse" markerWidth="11" markerHeight="11" orient="auto"><path class=${`level${n} fill`} d="M0 1L9 5L0 9z" /></marker>`)}</defs>
    ${edges.map((edge) => {
      const from = index.get(edge.source);
      const to = index.get(edge.destination);
      const p = at(from);
      const q = at(to);
      const width = 1.2 + 5 * (Math.log1p(edge.messages) / Math.log1p(most));
      const n = level(edge, by);
      const title = `${visibleName(edge.source, 60)} to ${visibleName(edge.destination, 60)}: ${many(edge.messages, 'message')}, ${number(edge.unacknowledged)} not acknowledged, ack p95 ${latency(edge.ack_p95_ms) || 'unknown'}`;
      const dim = over !== null && over !== edge.source && over !== edge.destination ? 'dim' : '';
      let d;
      if (from === to) {
        const r = radius(found.nodes[from]);
        d = `M${p.x - r * 0.6} ${p.y - r * 0.8}C${p.x - 30} ${p.y - r - 44} ${p.x + 30} ${p.y - r - 44} ${p.x + r * 0.6} ${p.y - r * 0.8}`;
      } else {
        const dx = q.x - p.x;
        const dy = q.y - p.y;
        const length = Math.hypot(dx, dy) || 1;
        const bend = both.has(`${edge.destination}\u0000${edge.source}`) ? 0.14 : 0.04;
        const cx = (p.x + q.x) / 2 - dy * bend;
        const cy = (p.y + q.y) / 2 + dx * bend;
        const gap = radius(found.nodes[to]) + 3;
        const ex = q.x - cx;
        const ey = q.y - cy;
        const el = Math.hypot(ex, ey) || 1;
        const start = radius(found.nodes[from]);
        d = `M${p.x + (dx / length) * start} ${p.y + (dy / length) * start}Q${cx} ${cy} ${q.x - (ex / el) * gap} ${q.y - (ey / el) * gap}`;
      }
      return html`<g class=${`edge level${n} ${dim}`} onClick=${() => onEdge(edge)}><title>${title}</title><path class="hit" d=${d} /><path class="stroke" d=${d} stroke-width=${width} marker-end=${`url(#tip${n})`} /></g>`;
    })}
    ${found.nodes.map((node, i) => {
      const { x, y } = at(i);
      const r = radius(node);
      return html`<g class=${`node h${hue(node.subject)} ${over !== null && over !== node.subject && !edges.some(({ source, destination }) => (source === over && destination === node.subject) || (destination === over && source === node.subject)) ? 'dim' : ''}`} onClick=${() => onNode(node)} onPointerEnter=${() => setOver(node.subject)} onPointerLeave=${() => setOver(null)}>
        <title>${`${visibleName(node.subject)}: sent ${number(node.sent)}, received ${number(node.received)}`}</title><circle cx=${x} cy=${y} r=${r} /><text x=${x} y=${y + r + 14} text-anchor="middle">${visibleName(node.subject, 26)}</text></g>`;
    })}</svg></div>`;
}

export function Graph({ parameters }) {
  const { zone } = useStore(prefs);
  const filters = fromParameters(parameters);
  const since = value(parameters, 'since') || WINDOW;
  const until = value(parameters, 'until');
  const by = value(parameters, 'colour') || 'latency';
  const range = [['since', since], ['until', until]].filter(([, text]) => text !== '');
  const { value: found, error, loading, again } = useAnswer((signal) => askGraph([...toParameters(filters), ...range, ['top', TOP]], signal), [JSON.stringify(filters), JSON.stringify(range)]);
  const change = (next) => go({ view: 'graph', parameters: [...toParameters(next), ...range, ['colour', value(parameters, 'colour')]] });
  const edges = useMemo(() => [...(found?.edges ?? [])].sort((x, y) => y.messages - x.messages), [found]);
  return html`<section class="view graph" aria-label="Graph"><${FilterBar} filters=${filters} onChange=${change}><div class="tools"><${Range} since=${since} until=${until} zone=${zone} />
      <label>Colour by <select value=${by} onChange=${(event) => set({ colour: event.currentTarget.value })}><option value="latency">ack latency, p95</option><option value="unacknowledged">share not acknowledged</option></select></label>
      <button type="button" class="button" onClick=${again}>Reload</button></div></${FilterBar}>
    ${error ? (isMissing(error) ? html`<${State} icon="graph" title="This server draws no graph"><p>It has no GET /graph. A newer version does.</p></${State}>` : html`<${Failure} error=${error} again=${again} />`)
      : !found ? html`<${State} title="Looking…" />`
      : found.nodes.length === 0 ? html`<${State} icon="graph" title="Nobody talked"><p>No message meets this in this time.</p>${since !== '7d' && html`<button type="button" onClick=${() => set({ since: '7d', until: null })}>The last 7 days</button>`}</${State}>`
      : html`<div class=${loading ? 'graph-body stale' : 'graph-body'}>
        <${Picture} found=${found} by=${by} onNode=${({ subject }) => change(plus(filters, { name: 'subject', value: exactly(subject) }))} onEdge=${({ source, destination }) => go({ view: 'conversation', parameters: [['a', source], ['b', destination]] })} />
        <div class="graph-legend"><ul class="legend">${LEVELS[by].map((text, n) => html`<li class=${`level${n}`}><span class="swatch"></span>${text}</li>`)}${edges.some((edge) => level(edge, by) < 0) && html`<li class="level-1"><span class="swatch"></span>none acknowledged</li>`}</ul><span class="muted">Wider: more messages. Click a subject to filter, an arrow for the conversation.</span>${found.estimated && html`<span class="muted">Estimated from a sample.</span>`}${found.rest?.messages > 0 && html`<span class="muted">${number(found.rest.messages)} messages${found.rest.edges ? ` of ${many(found.rest.edges, 'pair')}` : ''} are not drawn</span>`}</div>
        <div class="table-frame" tabIndex="0" role="region" aria-label="Who talks to whom, as a table"><table><thead><tr><th scope="col">From</th><th scope="col">To</th><th scope="col" class="num">Messages</th><th scope="col" class="num">Not acknowledged</th><th scope="col" class="num">Ack p95</th><th scope="col">Last</th></tr></thead>
          <tbody>${edges.map((edge) => html`<tr key=${`${edge.source}\u0000${edge.destination}`}><td><${Name} name=${edge.source} /></td><td><${Name} name=${edge.destination} /></td><td class="num"><a href=${print({ view: 'conversation', parameters: [['a', edge.source], ['b', edge.destination]] })}>${number(edge.messages)}</a></td><td class="num">${number(edge.unacknowledged)}</td><td class=${`num text-level${level(edge, 'latency')}`}>${latency(edge.ack_p95_ms) || '–'}</td><td>${full(edge.last_seen, zone).slice(0, 19)}</td></tr>`)}</tbody></table></div></div>`}
  </section>`;
}
