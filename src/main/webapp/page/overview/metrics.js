// Figures of /metrics (Prometheus' text format): those that the page shows, by name.

/** A Map from name, with its quantile if it has one (name{0.5}) or its queue (name{queue orders}), to value; null for a queue of which it is not known. */
export function parse(text) {
  const found = new Map();
  for (const line of text.split('\n')) {
    const match = /^(message_logger_\w+)(?:\{((?:"(?:[^"\\]|\\.)*"|[^"}])*)\})?\s+(\S+)/.exec(line);
    if (!match) continue;
    const quantile = /quantile="([^"]+)"/.exec(match[2] ?? '');
    const bucket = /le="([^"]+)"/.exec(match[2] ?? '');
    const queue = /[{,]queue="((?:[^"\\]|\\.)*)"/.exec(`{${match[2] ?? ''}`);
    const name = queue ? `${match[1]}{queue ${queue[1].replace(/\\(.)/g, '$1')}}` : quantile ? `${match[1]}{${quantile[1]}}` : bucket ? `${match[1]}{le ${bucket[1]}}` : match[1];
    const number = Number(match[3]);
    if (queue && Number.isNaN(number)) found.set(name, null);
    else if (!Number.isNaN(number)) found.set(name, (found.get(name) ?? 0) + number);
  }
  return found;
}

/** The value of the first of some names that is there; null when none is. */
export function first(metrics, ...names) {
  for (const name of names) if (metrics.has(name)) return metrics.get(name);
  return null;
}

const QUEUED = 'message_logger_queue_queued{queue ';

/** [{name, queued, claimed, oldest}] of each queue, by name; null for what is not known. */
export function queues(metrics) {
  return [...metrics.keys()].filter((key) => key.startsWith(QUEUED)).map((key) => key.slice(QUEUED.length, -1)).sort()
    .map((name) => ({ name, queued: first(metrics, `${QUEUED}${name}}`), claimed: first(metrics, `message_logger_queue_claimed{queue ${name}}`), oldest: first(metrics, `message_logger_queue_oldest_seconds{queue ${name}}`) }));
}

/** What the overview shows of a moment: {at, stored, queued, oldest, batchMs, letters, queues}. */
export function sample(metrics, at) {
  const seconds = first(metrics, 'message_logger_batch_time_seconds{0.95}');
  return {
    at,
    stored: first(metrics, 'message_logger_stored_total'),
    batches: first(metrics, 'message_logger_batch_time_seconds_count'),
    batchSeconds: first(metrics, 'message_logger_batch_time_seconds_sum'),
    queued: first(metrics, 'message_logger_queue_length'),
    oldest: first(metrics, 'message_logger_oldest_queued_seconds'),
    batchMs: seconds === null ? null : seconds * 1000,
    letters: first(metrics, 'message_logger_dead_letters_open'),
    queues: queues(metrics),
  };
}

/** How much a counter grew a second between two samples; null when one is missing or the server has started anew. */
export function perSecond(before, now, name) {
  if (!before || before[name] === null || now[name] === null || now[name] < before[name] || now.at <= before.at) return null;
  return ((now[name] - before[name]) * 1000) / (now.at - before.at);
}
