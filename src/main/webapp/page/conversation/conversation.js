// A conversation as a sequence diagram: of two subjects, growing live, or of what belongs to one message.
import { html, useEffect, useLayoutEffect, useMemo, useRef, useState, useStore } from '../ui.js';
import { isMissing } from '../api/client.js';
import { visibleName } from '../json/visible.js';
import { Copy, Failure, Name, State } from '../parts/small.js';
import { Icon } from '../parts/icons.js';
import { preview } from '../parts/message-list.js';
import { VirtualList } from '../parts/virtual.js';
import { hue, many } from '../state/format.js';
import { prefs } from '../state/prefs.js';
import { go } from '../state/route.js';
import { between, full, latency, lasting, short } from '../state/time.js';
import { value } from '../state/url.js';
import { arrow, label, lanes, mermaid, pauseBetween, svg } from './diagram.js';
import { useConversation } from './load.js';

const HEIGHT = 44;
const TIME = 130;
const LEAST = 150;
const MOST_IN_IMAGE = 2000;
const LONG_PAUSE = 60_000;

function Two({ a, b }) {
  const [left, setLeft] = useState(a);
  const [right, setRight] = useState(b);
  useLayoutEffect(() => { setLeft(a); setRight(b); }, [a, b]);
  return html`<form class="two" onSubmit=${(event) => { event.preventDefault(); if (left !== '' && right !== '') go({ view: 'conversation', parameters: [['a', left], ['b', right]] }); }}>
    <label>Between <input value=${left} onInput=${(event) => setLeft(event.currentTarget.value)} placeholder="a subject" spellcheck=${false} /></label><label>and <input value=${right} onInput=${(event) => setRight(event.currentTarget.value)} placeholder="another" spellcheck=${false} /></label><button class="primary">Show</button></form>`;
}

function Arrow({ drawn, width, wide, fields, count }) {
  const x = (index) => TIME + wide * index + wide / 2;
  const { from, to } = drawn;
  const y = 29;
  const dashed = fields.ack === null ? 'dashed' : '';
  const slow = (between(fields.origin, fields.ack) ?? 0) >= 5000 ? 'slow' : '';
  const main = to.reduce((far, index) => (Math.abs(index - from) > Math.abs(far - from) ? index : far), to[0]);
  const middle = (x(from) + x(main)) / 2;
  return html`<svg class=${`arrow-row ${dashed} ${slow}`} width=${width} height=${HEIGHT} aria-hidden="true">
    ${Array.from({ length: count }, (_, i) => html`<line class="life" x1=${x(i)} x2=${x(i)} y1="0" y2=${HEIGHT} />`)}
    ${to.map((index) => {
      if (index === from) return html`<path class="line" d=${`M${x(from)} ${y - 8}h34v14h-28`} /><path class="tip" d=${`M${x(from)} ${y + 6}l8 -4.5v9z`} />`;
      const direction = index > from ? 1 : -1;
      return html`<line class="line" x1=${x(from)} y1=${y} x2=${x(index) - direction * 7} y2=${y} /><path class="tip" d=${`M${x(index)} ${y}l${-direction * 9} -4.5v9z`} />`;
    })}<circle class=${`start h${hue(fields.source ?? '')}`} cx=${x(from)} cy=${main === from ? y - 8 : y} r="4" />
    <text x=${main === from ? x(from) + 42 : middle} y=${main === from ? y + 2 : y - 7} text-anchor=${main === from ? 'start' : 'middle'}>${label(fields)}</text></svg>`;
}

export function Conversation({ parameters, onOpen, selected }) {
  const { zone } = useStore(prefs);
  const a = value(parameters, 'a');
  const b = value(parameters, 'b');
  const uuid = value(parameters, 'related');
  const asked = uuid !== '' || (a !== '' && b !== '');
  const { entries, loading, error, older, live, again } = useConversation({ a, b, uuid });
  const list = useRef(null);
  const frame = useRef(null);
  const [width, setWidth] = useState(900);
  const [following, setFollowing] = useState(true);
  const [active, setActive] = useState(-1);
  const messages = useMemo(() => entries.map(({ fields }) => fields), [entries]);
  const only = uuid ? null : [a, b];
  const all = useMemo(() => (uuid ? lanes(messages) : [...new Set([a, b])]), [messages, a, b, uuid]);
  useEffect(() => {
    const node = frame.current;
    if (!node) return undefined;
    const observer = new ResizeObserver(() => setWidth(node.clientWidth - 14));
    observer.observe(node);
    return () => observer.disconnect();
  }, [asked, entries.length > 0]);
  useEffect(() => {
    const node = list.current?.element;
    if (node && following) node.scrollTop = node.scrollHeight;
  }, [entries.length, following]);
  const wide = Math.max(LEAST, Math.floor((width - TIME) / Math.max(1, all.length)));
  const total = TIME + wide * all.length;
  const inImage = () => messages.slice(-MOST_IN_IMAGE);

  if (!asked) {
    return html`<section class="view" aria-label="Conversation"><div class="filter-bar"><${Two} a="" b="" /></div><${State} icon="conversation" title="Who talks with whom?"><p>Name two subjects, or open a message and choose “As a sequence”.</p></${State}></section>`;
  }
  const row = (index) => {
    const entry = entries[index];
    if (!entry) return null;
    const { fields } = entry;
    const pause = pauseBetween(messages[index - 1], fields);
    const ms = between(fields.origin, fields.ack);
    const names = `${visibleName(fields.source ?? '', 60)} to ${fields.destinations.map((name) => visibleName(name, 60)).slice(0, 5).join(', ') || 'nobody'}: ${label(fields)}${ms === null ? ', not acknowledged' : `, acknowledged after ${latency(ms)}`}`;
    return html`<div role="option" id=${index === active ? 'sequence-active' : undefined} aria-selected=${selected && selected === fields.uuid ? 'true' : 'false'} class=${`sequence-row ${index === active ? 'active' : ''} ${selected && selected === fields.uuid ? 'selected' : ''}`} data-index=${index} style=${{ height: `${HEIGHT}px` }} title=${`${full(fields.origin, zone)}\n${names}\n${preview(fields).slice(0, 300)}`}>
      <span class="hidden">${names}</span><span class="sequence-time">${pause !== null && pause >= LONG_PAUSE ? html`<span class="pause">+${lasting(pause)}</span>` : ''}${short(fields.origin, zone)}</span>
      <${Arrow} drawn=${arrow(all, fields, only)} width=${total} wide=${wide} fields=${fields} count=${all.length} /></div>`;
  };
  const header = html`<div class="lanes" role="presentation" style=${{ width: `${total}px`, paddingLeft: `${TIME}px` }}>${all.map((name) => html`<div class="lane" style=${{ width: `${wide}px` }}><span>${name === null ? 'others' : html`<${Name} name=${name} most="40" />`}</span></div>`)}</div>`;
  const open = (index) => { setActive(index); if (entries[index]) onOpen(entries[index]); };
  const keys = (event) => {
    const to = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: entries.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setFollowing(false);
      const next = Math.max(0, Math.min(entries.length - 1, to));
      setActive(next);
      list.current.scrollTo(next);
    } else if (event.key === 'Enter' && active >= 0) open(active);
  };
  return html`<section class="view conversation" aria-label="Conversation"><div class="filter-bar">${uuid ? html`<p><b>Messages that belong to</b> <code>${uuid}</code></p>` : html`<${Two} a=${a} b=${b} />`}<span class="grow"></span>
      <div class="tools">${!uuid && html`<span class=${live ? 'pill good' : 'pill'}><span class="lamp"></span>${live ? 'growing live' : 'not live'}</span><label class="check"><input type="checkbox" checked=${following} onChange=${(event) => setFollowing(event.currentTarget.checked)} />follow</label>`}
        <${Copy} text=${() => mermaid(inImage(), only ?? [], only)} label="Copy as Mermaid"><span>Mermaid</span></${Copy}><${Copy} text=${() => svg(inImage(), only ?? [], only)} label="Copy as SVG"><span>SVG</span></${Copy}></div></div>
    ${error ? html`<${Failure} error=${error} again=${again} title=${isMissing(error) && uuid ? 'Nothing to show' : undefined} />`
      : entries.length === 0 ? html`<${State} icon="conversation" title=${loading ? 'Looking…' : 'They have not talked'}>${!loading && html`<p>No message went from one to the other${live ? ' yet. One that does appears here.' : '.'}</p>`}</${State}>`
      : html`<div class="sequence" ref=${frame}><${VirtualList} class="list" list=${list} count=${entries.length} height=${HEIGHT} row=${row} header=${header} role="listbox" aria-label="Messages in order" tabIndex="0" aria-activedescendant=${active >= 0 ? 'sequence-active' : undefined} onKeyDown=${keys} inner=${{ role: 'presentation' }}
          onScroll=${(top) => { const node = list.current?.element; if (node && following && top + node.clientHeight < node.scrollHeight - HEIGHT * 2) setFollowing(false); }}
          onClick=${(event) => { const hit = event.target.closest('.sequence-row'); if (hit) open(Number(hit.dataset.index)); }} />
        <p class="tail"><span>${many(entries.length, 'message')}</span>${older && html`<button type="button" class="quiet small" disabled=${loading} onClick=${async () => { setFollowing(false); const node = list.current.element; const before = node.scrollTop; const came = await older(); requestAnimationFrame(() => { node.scrollTop = before + came * HEIGHT; }); }}><${Icon} name="up" size="14" />Older</button>`}<span>dashed: not acknowledged</span></p></div>`}
  </section>`;
}
