// Messages as rows, or as cards where there is no room for columns. The list is a grid: arrow keys move, Enter opens.
import { html, useCallback, useEffect, useRef, useState, useMedia } from '../ui.js';
import { visible, visibleName } from '../json/visible.js';
import { bytes } from '../state/format.js';
import { between, full, latency, short } from '../state/time.js';
import { Entry } from '../message/parse.js';
import { Icon } from './icons.js';
import { Marked, Name } from './small.js';
import { VirtualList } from './virtual.js';

/** The columns that can be chosen: name, heading, width. */
export const COLUMNS = [
  ['time', 'Created', '8.9rem'],
  ['from', 'From', 'minmax(5.5rem, 9rem)'],
  ['to', 'To', 'minmax(5.5rem, 9rem)'],
  ['topic', 'Topic', 'minmax(4rem, 7rem)'],
  ['type', 'Type', 'minmax(4rem, 8.5rem)'],
  ['ack', 'Ack', '4.6rem'],
  ['size', 'Size', '4.2rem'],
  ['uuid', 'UUID', '19rem'],
  ['data', 'Data', 'minmax(7rem, 3fr)'],
];

const PREVIEW = 400;

/** What gives way to an opened message. */
const LESS = new Set(['type', 'size', 'uuid']);

/** The start of a payload on one line. */
export function preview(fields) {
  if (fields.data === null) return '';
  const text = visible(fields.data.slice(0, PREVIEW).replace(/[\n\r\t]+ */g, ' '));
  return fields.data.length > PREVIEW ? `${text}…` : text;
}

function destinations(fields, most = 60) {
  const [first, ...rest] = fields.destinations;
  if (first === undefined) return html`<span class="none">–</span>`;
  return html`<${Name} name=${first} most=${most} />${rest.length > 0 && html` <span class="more" title=${rest.map((name) => visibleName(name, 100)).slice(0, 50).join('\n')}>+${rest.length}</span>`}`;
}

function ack(fields) {
  if (!fields.known) return '';
  if (fields.ack === null) return html`<span class="unacked" title="not acknowledged">none</span>`;
  const ms = between(fields.origin, fields.ack);
  return ms === null ? '' : html`<span class=${ms >= 5000 ? 'slow' : ms >= 1000 ? 'slowish' : ''}>${latency(ms)}</span>`;
}

function cell(column, fields, { zone, word }) {
  switch (column) {
    case 'time': return html`<span title=${`${full(fields.origin, 'local')}\n${full(fields.origin, 'utc')}`}>${fields.known ? short(fields.origin, zone) : '–'}</span>`;
    case 'from': return html`<${Name} name=${fields.source} most="60" />`;
    case 'to': return destinations(fields);
    case 'topic': return fields.topic === null ? html`<span class="none">–</span>` : html`<bdi class="tag" title=${visibleName(fields.topic)}>${visibleName(fields.topic, 60)}</bdi>`;
    case 'type': return html`<bdi title=${fields.type === null ? '' : visibleName(fields.type)}>${fields.type === null ? '–' : visibleName(fields.type, 60)}</bdi>`;
    case 'ack': return ack(fields);
    case 'size': return bytes(fields.text.length);
    case 'uuid': return fields.uuid ?? '–';
    case 'data': return html`${!fields.known && html`<span class="badge">no message</span> `}<bdi><${Marked} text=${preview(fields)} word=${word} /></bdi>`;
    default: return '';
  }
}

function Card({ fields, zone, word }) {
  return html`<div class="card-head"><${Name} name=${fields.source} most="40" /><span class="arrow" aria-hidden="true">→</span><span class="to">${destinations(fields, 40)}</span>
      <time>${fields.known ? short(fields.origin, zone) : ''}</time></div>
    <div class="card-mid">${fields.topic !== null && html`<bdi class="tag">${visibleName(fields.topic, 40)}</bdi>`}<bdi class="type">${fields.type === null ? '' : visibleName(fields.type, 40)}</bdi>${ack(fields)}</div>
    <div class="card-data">${!fields.known && html`<span class="badge">no message</span> `}<bdi><${Marked} text=${preview(fields)} word=${word} /></bdi></div>`;
}

/**
 * @param {object} props count, at(index) -> Entry or notice, zone, columns, word (to mark), onOpen(entry), selected (uuid or sequence),
 *     onEnd, onScroll, onMove (the reader works with the keyboard or the pointer), label, tail (what follows the last row)
 */
export function MessageList({ count, at, zone, columns, word, onOpen, selected, onEnd, onScroll, onHold, label, tail, id = 'messages' }) {
  const list = useRef(null);
  const [active, setActive] = useState(null); // sequence of the row that the keyboard is at
  const cards = useMedia('(max-width: 46rem)');
  const height = cards ? 78 : 30;
  const beside = useMedia('(max-width: 110rem)') && Boolean(selected); // an opened message takes half of the room
  const chosen = COLUMNS.filter(([name]) => columns.includes(name) && !(beside && LESS.has(name) && columns.length > LESS.size));
  const template = chosen.map(([, , width]) => width).join(' ');

  const indexOf = (sequence) => {
    if (sequence === null) return -1;
    for (let i = 0; i < count; i++) if (at(i)?.sequence === sequence) return i;
    return -1;
  };
  const open = (row) => row instanceof Entry && onOpen(row);
  const move = (index) => {
    const to = Math.max(0, Math.min(count - 1, index));
    const row = at(to);
    if (!row) return;
    setActive(row.sequence);
    list.current.scrollTo(to);
  };
  const keys = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const here = indexOf(active);
    const pageful = Math.max(1, Math.floor((list.current.element.clientHeight - height) / height) - 1);
    const to = { ArrowDown: here + 1, j: here + 1, ArrowUp: Math.max(0, here - 1), k: Math.max(0, here - 1), PageDown: here + pageful, PageUp: Math.max(0, here - pageful), Home: 0, End: count - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      onHold?.('keys');
      move(to);
    } else if (event.key === 'Enter' && here >= 0) {
      event.preventDefault();
      open(at(here));
    } else if (event.key === 'Escape' && active !== null) setActive(null);
  };
  const rowOf = (event) => event.target.closest?.('.row');
  const row = (index) => {
    const item = at(index);
    if (!item) return null;
    const isActive = item.sequence === active;
    const rowId = isActive ? `${id}-active` : undefined;
    if (!(item instanceof Entry)) {
      return html`<div role="row" id=${rowId} aria-rowindex=${index + 2} class=${`row notice ${item.kind} ${isActive ? 'active' : ''}`} data-index=${index} style=${{ height: `${height}px` }}>
        <div role="gridcell" aria-colspan=${chosen.length} class="notice-text"><${Icon} name=${item.kind === 'good' ? 'check' : 'warn'} size="16" />${item.text}</div></div>`;
    }
    const fields = item.fields;
    const isSelected = selected && (selected === fields.uuid || selected === item.sequence);
    return html`<div role="row" id=${rowId} aria-rowindex=${index + 2} aria-selected=${isSelected ? 'true' : undefined} class=${`row ${cards ? 'card' : ''} ${isActive ? 'active' : ''} ${isSelected ? 'selected' : ''}`} data-index=${index} style=${{ height: `${height}px`, gridTemplateColumns: cards ? undefined : template }}>
      ${cards
        ? html`<div role="gridcell" class="cell"><${Card} fields=${fields} zone=${zone} word=${word} /></div>`
        : chosen.map(([name]) => html`<div role="gridcell" class=${`cell c-${name}`}>${cell(name, fields, { zone, word })}</div>`)}
    </div>`;
  };
  const header = html`<div role="row" aria-rowindex="1" class=${cards ? 'hidden' : 'head'} style=${{ gridTemplateColumns: template }}>
    ${cards ? html`<div role="columnheader">Messages</div>` : chosen.map(([name, heading]) => html`<div role="columnheader" class=${`cell c-${name}`}>${heading}</div>`)}</div>`;
  const end = useCallback(() => onEnd?.(), [onEnd]);
  useEffect(() => {
    if (active !== null && indexOf(active) < 0) setActive(null);
  });
  return html`<div class="list-frame"><${VirtualList} class="list" list=${list} count=${count} height=${height} row=${row} header=${header} onScroll=${onScroll} onEnd=${onEnd ? end : undefined}
      role="grid" aria-label=${label} aria-rowcount=${count + 1} aria-colcount=${cards ? 1 : chosen.length} aria-readonly="true" tabIndex="0" id=${id}
      aria-activedescendant=${active !== null && indexOf(active) >= 0 ? `${id}-active` : undefined} inner=${{ role: 'rowgroup' }}
      onKeyDown=${keys}
      onPointerDown=${(event) => { if (rowOf(event)) onHold?.('press'); }}
      onPointerUp=${() => onHold?.('release')} onPointerCancel=${() => onHold?.('release')}
      onPointerMove=${(event) => { if (event.pointerType === 'mouse' && rowOf(event)) onHold?.('hover'); }}
      onPointerLeave=${() => onHold?.('leave')}
      onClick=${(event) => {
        const hit = rowOf(event);
        if (!hit) return;
        const item = at(Number(hit.dataset.index));
        setActive(item?.sequence ?? null);
        open(item);
      }} />${tail}</div>`;
}
