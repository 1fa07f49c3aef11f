// A message of the feed or of an answer, read as far as a row of a list needs.
import { items, kind, members } from '../json/scan.js';

const KEYS = ['message_uuid', 'origin_ts', 'source_subject_id'];

/** Whatever the value is, as text: a JSON string decoded, null for null. */
function scalar(raw) {
  if (raw === undefined || raw === 'null') return null;
  return raw[0] === '"' ? JSON.parse(raw) : raw;
}

function list(raw) {
  if (raw === undefined || raw[0] !== '[') return [];
  try {
    return items(raw).filter((item) => kind(item, 0) === 'string').map((item) => JSON.parse(item));
  } catch {
    return [];
  }
}

/**
 * The fields of a message's JSON text: {uuid, origin, ack, source, destinations, topic, type, data, metadata, known, text}; data and
 * metadata are JSON text, null when there is none. What is no message has `known` false and all of its text as data.
 */
export function fields(text) {
  let map = members(text);
  if (map !== null && !KEYS.some((key) => map.has(key))) map = null;
  if (map === null) {
    return { uuid: null, origin: null, ack: null, source: null, destinations: [], topic: null, type: null, data: text, metadata: null, known: false, text };
  }
  try {
    return {
      uuid: scalar(map.get('message_uuid')),
      origin: scalar(map.get('origin_ts')),
      ack: scalar(map.get('ack_ts')),
      source: scalar(map.get('source_subject_id')),
      destinations: list(map.get('destination_subject_ids')),
      topic: scalar(map.get('topic')),
      type: scalar(map.get('message_type')),
      data: map.has('message_data') ? map.get('message_data') : null,
      metadata: map.has('message_metadata') ? map.get('message_metadata') : null,
      known: KEYS.every((key) => map.has(key)),
      text,
    };
  } catch (e) {
    if (!(e instanceof SyntaxError)) throw e;
    return { uuid: null, origin: null, ack: null, source: null, destinations: [], topic: null, type: null, data: text, metadata: null, known: false, text };
  }
}

/** A message whose fields are read when they are first asked for: most of a fast feed is never looked at. */
export class Entry {
  #fields = null;

  /**
   * @param {string} text JSON text of the message
   * @param {number} sequence its place among all that came
   * @param {number} received when it came, milliseconds since 1970
   * @param {boolean} stored whether this is the text of the store, not of its producer
   */
  constructor(text, sequence, received, stored = false) {
    this.text = text;
    this.sequence = sequence;
    this.received = received;
    this.stored = stored;
  }

  get fields() {
    return (this.#fields ??= fields(this.text));
  }
}
