-- Messages counted by the hour, the day and thirty days. docs/decisions/030 has why it is made so, and why the counts hold.
-- Hours are numbered since 1970 in UTC: hour * 3600 is Unix time.

CREATE TABLE message_rollup (
  kind      text    NOT NULL,
  grain     integer NOT NULL,
  start     bigint  NOT NULL,
  cells     bytea   NOT NULL,
  latencies bytea   NOT NULL,
  PRIMARY KEY (kind, grain, start)
);
COMMENT ON COLUMN message_rollup.kind IS 'what is grouped by: total, topic, type, source, destination, pair';
COMMENT ON COLUMN message_rollup.grain IS 'how many hours are counted together: 1, 24, 720';
COMMENT ON COLUMN message_rollup.start IS 'the first of those hours, a multiple of grain';
COMMENT ON COLUMN message_rollup.cells IS 'packed by the service (store.rollup.Packed)';

-- What a transaction has changed in hours that may be counted already. Rows are added by whoever stores, and taken by who counts.
CREATE TABLE message_rollup_mark (
  mark_id bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  hours   bigint[] NOT NULL
);

-- Hours whose counts do not hold any more. Only who counts writes here.
CREATE TABLE message_rollup_dirty (
  hour bigint PRIMARY KEY
);

-- One row: which hours are counted, and which transactions have surely ended.
CREATE TABLE message_rollup_state (
  one           boolean     PRIMARY KEY DEFAULT true CHECK (one),
  not_before    timestamptz NOT NULL,
  pending_at    timestamptz,
  pending_xid   xid8,
  settled_at    timestamptz,
  covered_from  bigint,
  covered_until bigint
);
COMMENT ON COLUMN message_rollup_state.not_before IS
  'nothing is counted before: servers of the version before, which mark nothing, may still be there';
COMMENT ON COLUMN message_rollup_state.pending_xid IS 'transactions with smaller numbers had begun at pending_at';
COMMENT ON COLUMN message_rollup_state.settled_at IS 'what had begun then has ended';
COMMENT ON COLUMN message_rollup_state.covered_from IS 'from this hour to before covered_until every hour is counted, or dirty';

INSERT INTO message_rollup_state (not_before)
SELECT CASE WHEN EXISTS (SELECT FROM message_key) THEN now() + interval '1 hour' ELSE now() END;
