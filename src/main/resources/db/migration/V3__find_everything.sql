-- Every list is an index of a plain table, whose cost does not depend on the number of chunks or on their compression:
-- message_key for all messages, those of a source, a topic or a type, and message_destination for those of a recipient.

ALTER TABLE message_key
  ADD COLUMN source_subject_id text,
  ADD COLUMN topic             text,
  ADD COLUMN message_type      text;

-- What cannot be indexed (V1 has why) cannot be asked for either.
UPDATE message_key AS key SET
  origin_ts         = CASE WHEN isfinite(message.origin_ts) THEN message.origin_ts ELSE 'epoch' END,
  source_subject_id = CASE WHEN octet_length(message.source_subject_id) <= 2000 THEN message.source_subject_id END,
  topic             = CASE WHEN octet_length(message.topic) <= 2000 THEN message.topic END,
  message_type      = CASE WHEN octet_length(message.message_type) <= 2000 THEN message.message_type END
  FROM message_exchange AS message
 WHERE message.message_uuid = key.message_uuid
   AND (message.origin_ts = key.origin_ts OR message.origin_ts IS NULL AND key.origin_ts IS NULL);

COMMENT ON COLUMN message_key.origin_ts IS 'the epoch when the message has no time; null when the message was erased';

CREATE INDEX message_key_newest ON message_key (origin_ts, message_uuid);
CREATE INDEX message_key_source ON message_key (source_subject_id, origin_ts, message_uuid);
CREATE INDEX message_key_topic ON message_key (topic, origin_ts, message_uuid);
CREATE INDEX message_key_type ON message_key (message_type, origin_ts, message_uuid);

CREATE TABLE message_destination (
  subject_id   text        NOT NULL,
  origin_ts    timestamptz NOT NULL,
  message_uuid uuid        NOT NULL,
  PRIMARY KEY (subject_id, origin_ts, message_uuid)
);

INSERT INTO message_destination
SELECT DISTINCT subject_id, CASE WHEN isfinite(origin_ts) THEN origin_ts ELSE 'epoch' END, message_uuid
  FROM message_exchange, unnest(destination_subject_ids) AS subject_id
 WHERE octet_length(subject_id) <= 2000;

DROP TABLE message_subject;

-- Who was erased when. The key stays, without a time: the same message again is not stored again.
CREATE TABLE message_erasure (
  message_uuid uuid PRIMARY KEY,
  erased_at    timestamptz NOT NULL DEFAULT now()
);

-- How far the rows of the Python service's table are found; no row when there was none.
CREATE TABLE message_takeover (
  source      text        PRIMARY KEY,
  moves       boolean     NOT NULL,
  pass        integer     NOT NULL DEFAULT 1,
  next_page   bigint      NOT NULL DEFAULT 0,
  pages       bigint,
  taken       bigint      NOT NULL DEFAULT 0,
  taken_now   bigint      NOT NULL DEFAULT 0,
  started_at  timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz
);
COMMENT ON COLUMN message_takeover.source IS 'the table whose rows are taken over';
COMMENT ON COLUMN message_takeover.moves IS 'whether the rows move into the hypertable, or only become known';
COMMENT ON COLUMN message_takeover.taken_now IS 'rows taken in this pass; the last pass is one that took none';

DO $$
DECLARE
  theirs       regclass := to_regclass(format('%I.message_exchange_old', current_schema()));
  hypertable   boolean  := false;
BEGIN
  IF to_regclass('timescaledb_information.hypertables') IS NOT NULL THEN
    hypertable := EXISTS (
      SELECT FROM timescaledb_information.hypertables
       WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = 'message_exchange'::regclass);
  END IF;
  IF theirs IS NULL THEN
    IF hypertable THEN
      -- As after a takeover: holds messages without a time, which a hypertable cannot. Looked into beside the hypertable.
      CREATE TABLE message_exchange_old (LIKE message_exchange);
      ALTER TABLE message_exchange_old ALTER COLUMN origin_ts DROP NOT NULL, ADD PRIMARY KEY (message_uuid);
    END IF;
  ELSIF hypertable AND 9 = (SELECT count(*) FROM pg_attribute
                             WHERE attrelid = theirs AND attnum > 0 AND NOT attisdropped) THEN
    INSERT INTO message_takeover (source, moves) VALUES ('message_exchange_old', true);
  ELSE
    -- A table with columns of somebody else's stays as it is, beside TimescaleDB too.
    DROP TABLE message_exchange;
    ALTER TABLE message_exchange_old RENAME TO message_exchange;
    INSERT INTO message_takeover (source, moves) VALUES ('message_exchange', false);
  END IF;
END
$$;
