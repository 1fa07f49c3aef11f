// What is wrong now, in words, and what to do.

const ADVICE = {
  redis: ['Redis is away', 'Producers cannot push, and nothing new arrives. See whether Redis runs and whether REDIS_HOST, REDIS_PORT or REDIS_URL lead to it. What is queued is kept by Redis.'],
  database: ['The database is away', 'Messages wait in Redis and are stored when it is back; questions are answered with 503. See whether PostgreSQL runs and DB_HOST, DB_PORT, DB_USER and DB_PASSWORD are right.'],
  drainer: ['Messages are not being stored', 'They wait in Redis. The reason says what the writer waits for; the log has more.'],
  feed: ['The live feed is blind', 'Messages are stored, but not shown live. It subscribes again by itself; what was missed is refilled.'],
};

/** [{name, title, reason, since, advice}] of a health store's value, the most important first. */
export function troubles({ known, reachable, since, checks }) {
  if (!known) return [];
  if (!reachable) {
    return [{ name: 'server', title: 'The server does not answer', reason: 'No answer to /health/ready within four seconds.', since: new Date(since).toISOString(), advice: 'See whether the server runs and what its log says last. This page goes on by itself.' }];
  }
  return ['redis', 'database', 'drainer', 'feed', ...checks.map(({ name }) => name)]
    .filter((name, i, all) => all.indexOf(name) === i)
    .map((name) => checks.find((check) => check.name === name))
    .filter((check) => check && check.status !== 'UP')
    .map(({ name, data }) => {
      let [title, advice] = ADVICE[name] ?? [`${name} is down`, 'The log of the server has more.'];
      // Where there are several queues a reason names those that it is of; the others go on.
      const queues = name === 'drainer' && /Redis at \S+, (queues? .+?): /.exec(data?.reason ?? '');
      if (queues) title = `Messages of the ${queues[1]} are not being stored`;
      return { name, title, reason: data?.reason ?? 'The server gives no reason.', since: data?.since ?? null, advice };
    });
}
