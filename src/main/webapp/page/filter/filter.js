// The filters of the query API: which there are, what a value means, whether a message meets them. A filter is a list of
// {name, value} as they stand in a query; a value of a text filter may start with ! (not) and end with * (starts with).
import { members } from '../json/scan.js';
import { between, instant, moment } from '../state/time.js';

/** Filters whose values are names, completed by /terms. */
export const TEXT = ['subject', 'source', 'destination', 'topic', 'type'];

const OTHER = ['q', 'data', 'metadata', 'ack', 'min_ack_ms', 'max_ack_ms'];

/** Filters that may be there once only. */
const SINGLE = new Set(['ack', 'min_ack_ms', 'max_ack_ms', 'since', 'until']);

/** Whether this is the name of a filter. */
export function isFilter(name) {
  return TEXT.includes(name) || OTHER.includes(name) || /^(data|metadata)\..+$/.test(name);
}

/** The filters among the parameters of a query, a list of [name, value]. */
export function fromParameters(parameters) {
  return parameters.filter(([name, value]) => isFilter(name) && value !== '').map(([name, value]) => ({ name, value }));
}

/** A list of [name, value]. */
export function toParameters(filters) {
  return filters.map(({ name, value }) => [name, value]);
}

/**
 * What a value of a text filter means: {not, prefix, text}. As the server reads it: of backslashes before a * at the end two stand for
 * one, and an odd one makes it a plain *; of those before a ! at the start the first is taken away.
 */
export function meaning(value) {
  const not = value.startsWith('!');
  let text = not ? value.slice(1) : value;
  let prefix = false;
  if (text.endsWith('*')) {
    const body = text.slice(0, -1).replace(/\\+$/, '');
    const slashes = text.length - 1 - body.length;
    prefix = slashes % 2 === 0;
    text = body + '\\'.repeat(Math.floor(slashes / 2)) + (prefix ? '' : '*');
  }
  return { not, prefix, text: /^\\+!/.test(text) ? text.slice(1) : text };
}

/** The value of a text filter that means exactly this name. */
export function exactly(name, not = false) {
  let value = name;
  if (value.endsWith('*')) {
    const body = value.slice(0, -1);
    value = `${body}${'\\'.repeat(/\\*$/.exec(body)[0].length)}\\*`;
  }
  if (/^\\*!/.test(value)) value = `\\${value}`;
  return not ? `!${value}` : value;
}

/** A filter in words, as [what, how, value]. */
export function words({ name, value }) {
  if (TEXT.includes(name)) {
    const { not, prefix, text } = meaning(value);
    return [name, prefix ? (not ? 'does not start with' : 'starts with') : not ? 'is not' : 'is', text];
  }
  switch (name) {
    case 'q': return ['text', 'contains', value];
    case 'data': case 'metadata': return [name, 'contains', value];
    case 'ack': return ['acknowledgement', 'is', value];
    case 'min_ack_ms': return ['ack after', 'at least', `${value} ms`];
    case 'max_ack_ms': return ['ack after', 'at most', `${value} ms`];
    default: return [name, 'is', value];
  }
}

/** What was typed as a filter: name=value, name!=value, name:value, or words to look for. Null for nothing. */
export function fromText(typed) {
  const match = /^\s*([A-Za-z_]+(?:\.[^=:!]+?)?)\s*(!=|=|:)(.*)$/s.exec(typed);
  if (match && isFilter(match[1].toLowerCase().replace(/^(data|metadata)(\..*)$/i, (all) => all))) {
    const raw = match[1];
    const name = raw.includes('.') ? raw.slice(0, raw.indexOf('.')).toLowerCase() + raw.slice(raw.indexOf('.')) : raw.toLowerCase();
    const value = match[2] === '!=' ? `!${match[3]}` : match[3];
    return value === '' || value === '!' ? null : { name, value };
  }
  return typed.trim() === '' ? null : { name: 'q', value: typed.trim() };
}

/** A list with one filter more; one that may be there once replaces the one before, and the same twice is there once. */
export function plus(filters, filter) {
  const rest = SINGLE.has(filter.name) ? filters.filter(({ name }) => name !== filter.name) : filters;
  return rest.some(({ name, value }) => name === filter.name && value === filter.value) ? rest : [...rest, filter];
}

/** A list without it. */
export function minus(filters, filter) {
  return filters.filter(({ name, value }) => name !== filter.name || value !== filter.value);
}

function textMatches(values, candidates) {
  const positive = values.filter(({ not }) => !not);
  const one = ({ prefix, text }) => candidates.some((candidate) => (prefix ? candidate.startsWith(text) : candidate === text));
  return (positive.length === 0 || positive.some(one)) && !values.some((value) => value.not && one(value));
}

/** The filters that `matches` knows; the others are for the server only. */
export function isLocal({ name }) {
  return TEXT.includes(name) || name === 'ack' || name === 'q' || name === 'min_ack_ms' || name === 'max_ack_ms';
}

/** Whether a message, {source, destinations, topic, type, origin, ack, text}, meets the filters that can be tried here. */
export function matches(filters, message) {
  const by = new Map();
  for (const { name, value } of filters) by.set(name, [...(by.get(name) ?? []), value]);
  for (const [name, values] of by) {
    if (TEXT.includes(name)) {
      const candidates = {
        subject: [message.source, ...message.destinations],
        source: [message.source],
        destination: message.destinations,
        topic: [message.topic],
        type: [message.type],
      }[name].filter((candidate) => candidate !== null);
      if (!textMatches(values.map(meaning), candidates)) return false;
    } else if (name === 'ack') {
      if ((values[0] === 'present') !== (message.ack !== null)) return false;
    } else if (name === 'min_ack_ms' || name === 'max_ack_ms') {
      const ms = between(message.origin, message.ack);
      if (ms === null || (name === 'min_ack_ms' ? ms < Number(values[0]) : ms > Number(values[0]))) return false;
    } else if (name === 'q') {
      const map = members(message.text);
      const text = `${map?.get('message_data') ?? message.text} ${map?.get('message_metadata') ?? ''}`.toLowerCase();
      if (!values.every((value) => value.toLowerCase().split(/\s+/).every((word) => text.includes(word)))) return false;
    }
  }
  return true;
}

/** Whether a message's origin_ts lies in a range of `since` and `until`. */
export function inRange(origin, since, until) {
  const at = instant(origin)?.ms;
  if (at === undefined) return false;
  return (!since || at >= moment(since)) && (!until || at < moment(until));
}
