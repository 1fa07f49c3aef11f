-- The seed's table, the keys that make a uuid unique on its own, the edges from a subject to its messages, and the dead
-- letters. A table that the Python service made is kept with its rows.

DO $$
DECLARE
  taken_over boolean := to_regclass('message_exchange') IS NOT NULL;
BEGIN
  -- The loader's setting exists only where TimescaleDB is preloaded; creating the extension elsewhere ends the connection.
  IF current_setting('timescaledb.max_background_workers', true) IS NOT NULL THEN
    BEGIN
      CREATE EXTENSION IF NOT EXISTS timescaledb;
    EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN
      RAISE WARNING 'TimescaleDB is there, but its extension cannot be created: %', SQLERRM;
    END;
  END IF;

  IF taken_over THEN
    RETURN;
  END IF;
  CREATE TABLE message_exchange (
    message_uuid            uuid        NOT NULL,
    origin_ts               timestamptz NOT NULL,
    ack_ts                  timestamptz,
    message_data            jsonb,
    source_subject_id       text        NOT NULL,
    destination_subject_ids text[],
    topic                   text,
    message_type            text,
    message_metadata        jsonb
  );
  IF EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb') THEN
    PERFORM create_hypertable('message_exchange', 'origin_ts', chunk_time_interval => interval '1 day');
    -- A unique index of a hypertable must hold the time; message_key is what makes the uuid unique alone.
    ALTER TABLE message_exchange ADD PRIMARY KEY (message_uuid, origin_ts);
  ELSE
    ALTER TABLE message_exchange ADD PRIMARY KEY (message_uuid);
  END IF;
END
$$;

CREATE TABLE message_key (
  message_uuid uuid PRIMARY KEY,
  origin_ts    timestamptz
);

CREATE TABLE message_subject (
  subject_id   text        NOT NULL,
  origin_ts    timestamptz NOT NULL,
  message_uuid uuid        NOT NULL,
  PRIMARY KEY (subject_id, origin_ts, message_uuid)
);

CREATE TABLE dead_letter (
  dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  sha256         bytea       NOT NULL UNIQUE,
  payload        bytea       NOT NULL,
  reason         text        NOT NULL,
  sqlstate       text,
  occurrences    bigint      NOT NULL DEFAULT 1,
  first_seen     timestamptz NOT NULL DEFAULT now(),
  last_seen      timestamptz NOT NULL DEFAULT now(),
  last_claim     text        NOT NULL
);

INSERT INTO message_key SELECT message_uuid, origin_ts FROM message_exchange;

-- Rows of the Python service may lack a time; the epoch makes them the oldest.
INSERT INTO message_subject
SELECT DISTINCT subject_id, coalesce(origin_ts, 'epoch'), message_uuid
  FROM message_exchange,
       unnest(array_append(destination_subject_ids, source_subject_id)) AS subject_id
 WHERE subject_id IS NOT NULL AND octet_length(subject_id) <= 2000;
