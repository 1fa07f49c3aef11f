-- Counts in three columns, of which most questions read one (docs/decisions/039). All is counted anew, in the background.

DROP TABLE message_rollup;

CREATE TABLE message_rollup (
  kind      text    NOT NULL,
  grain     integer NOT NULL,
  start     bigint  NOT NULL,
  cells     bytea   NOT NULL,
  details   bytea   NOT NULL,
  latencies bytea   NOT NULL,
  PRIMARY KEY (kind, grain, start)
);
ALTER TABLE message_rollup ALTER COLUMN cells SET STORAGE EXTERNAL;
COMMENT ON COLUMN message_rollup.kind IS 'what is grouped by: total, topic, type, source, destination, pair';
COMMENT ON COLUMN message_rollup.grain IS 'how many hours are counted together: 1, 24, 720';
COMMENT ON COLUMN message_rollup.start IS 'the first of those hours, a multiple of grain';
COMMENT ON COLUMN message_rollup.cells IS 'names of groups and their messages, packed by the service (store.rollup.Packed)';
COMMENT ON COLUMN message_rollup.details IS 'bytes, times and acknowledgements of the same groups, in the same order';
COMMENT ON COLUMN message_rollup.latencies IS 'how long acknowledgements took, by classes, of those that have some';

DELETE FROM message_rollup_dirty;

-- A server of the version before that is still there reads messages, as nothing is counted, and counts nothing for the next hour.
UPDATE message_rollup_state
   SET not_before = CASE WHEN EXISTS (SELECT 1 FROM message_key) THEN now() + interval '1 hour' ELSE now() END,
       covered_from = NULL, covered_until = NULL;
