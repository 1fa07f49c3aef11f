// The filters as chips, and an input that completes fields, subjects, topics and types.
import { html, useEffect, useRef, useState } from '../ui.js';
import { terms } from '../api/client.js';
import { visibleName } from '../json/visible.js';
import { Icon } from '../parts/icons.js';
import { exactly, fromText, minus, plus, TEXT, words } from './filter.js';

const FIELDS = [
  ['subject=', 'sent or received by'],
  ['source=', 'sent by'],
  ['destination=', 'received by'],
  ['topic=', 'topic; ord* starts with, !x is not'],
  ['type=', 'message type'],
  ['ack=missing', 'not acknowledged'],
  ['ack=present', 'acknowledged'],
  ['min_ack_ms=', 'acknowledged after at least, in ms'],
  ['max_ack_ms=', 'acknowledged after at most, in ms'],
  ['data.', 'a value in the payload: data.order.state=paid'],
  ['metadata.', 'a value in the metadata: metadata.priority=high'],
  ['data=', 'payload contains: data={"order":{"state":"paid"}}'],
];

const TYPING = 150;

function Chip({ filter, onRemove, onEdit }) {
  const [name, how, value] = words(filter);
  const text = `${name} ${how} ${visibleName(value, 80)}`;
  return html`<li class=${how.includes('not') ? 'chip not' : 'chip'}><button type="button" class="chip-text" onClick=${onEdit} title="Change this filter"><span class="chip-name">${name}</span> <span class="chip-how">${how}</span> <bdi>${visibleName(value, 80)}</bdi></button>
    <button type="button" class="chip-close" aria-label=${`Remove: ${text}`} onClick=${onRemove}><${Icon} name="close" size="14" /></button></li>`;
}

/** @param {object} props filters, onChange(filters), names(field) -> names known without asking, children (further controls) */
export function FilterBar({ filters, onChange, children, placeholder = 'Filter: topic=orders, source=agent-*, or words' }) {
  const [typed, setTyped] = useState('');
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const [names, setNames] = useState([]);
  const input = useRef(null);
  const match = /^\s*([a-z]+)\s*(?:=|:)(!?)(.*)$/s.exec(typed);
  const field = match && TEXT.includes(match[1]) ? match[1] : null;

  useEffect(() => {
    setNames([]);
    if (!field || !open) return undefined;
    const controller = new AbortController();
    const timer = setTimeout(() => {
      terms(field, match[3].replace(/\*$/, ''), controller.signal).then(
        (found) => controller.signal.aborted || setNames(found),
        (error) => { if (error.name !== 'AbortError') throw error; },
      );
    }, TYPING);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [typed, open]);

  const options = field
    ? names.map((name) => ({ text: visibleName(name), filter: { name: field, value: exactly(name, match[2] === '!') } }))
    : FIELDS.filter(([name]) => name.startsWith(typed.trim().toLowerCase())).map(([name, help]) => ({ text: name, help, typed: name }));
  const shown = open && options.length > 0;

  const add = (filter) => {
    if (filter === null) return;
    onChange(plus(filters, filter));
    setTyped('');
    setChosen(-1);
    setOpen(false); // the suggestions would lie over what was found
  };
  const take = (option) => {
    if (option.filter) add(option.filter);
    else if (/=.+/.test(option.typed)) add(fromText(option.typed));
    else {
      setTyped(option.typed);
      input.current.focus();
    }
  };
  const keys = (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setOpen(true);
      if (options.length > 0) setChosen((n) => (event.key === 'ArrowDown' ? (n + 1) % options.length : (n <= 0 ? options.length : n) - 1));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (shown && chosen >= 0) take(options[chosen]);
      else add(fromText(typed));
    } else if (event.key === 'Escape' && shown) {
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === 'Tab' && shown && chosen >= 0) {
      event.preventDefault();
      take(options[chosen]);
    } else if (event.key === 'Backspace' && typed === '' && filters.length > 0) onChange(filters.slice(0, -1));
  };
  return html`<div class="filter-bar" role="search"><div class="filter-box">
      <${Icon} name="filter" size="16" />
      ${filters.length > 0 && html`<ul class="chips" aria-label="Filters">${filters.map((filter) => html`<${Chip} key=${`${filter.name}=${filter.value}`} filter=${filter} onRemove=${() => { onChange(minus(filters, filter)); input.current.focus(); }}
        onEdit=${() => { onChange(minus(filters, filter)); setTyped(filter.name === 'q' ? filter.value : `${filter.name}=${filter.value}`); input.current.focus(); }} />`)}</ul>`}
      <div class="filter-input"><input ref=${input} id="filter" value=${typed} placeholder=${filters.length ? 'and …' : placeholder} aria-label="Filter" autocomplete="off" spellcheck=${false} autocapitalize="off"
        role="combobox" aria-expanded=${shown ? 'true' : 'false'} aria-controls="filter-options" aria-autocomplete="list" aria-activedescendant=${shown && chosen >= 0 ? `filter-option-${chosen}` : undefined}
        onInput=${(event) => { setTyped(event.currentTarget.value); setChosen(-1); setOpen(true); }} onKeyDown=${keys} onFocus=${() => setOpen(true)} onBlur=${() => setOpen(false)} />
        <ul class=${shown ? 'options' : 'options hidden'} id="filter-options" role="listbox" aria-label="Suggestions">${shown && options.map((option, i) => html`<li role="option" id=${`filter-option-${i}`} aria-selected=${i === chosen ? 'true' : 'false'} class=${i === chosen ? 'chosen' : ''}
          onPointerDown=${(event) => { event.preventDefault(); take(option); }}><bdi>${option.text}</bdi>${option.help && html`<small>${option.help}</small>`}</li>`)}</ul></div>
      ${filters.length > 1 && html`<button type="button" class="quiet small" onClick=${() => onChange([])}>Clear filters</button>`}
    </div>${children}</div>`;
}
