-- A table that the Python service made is set aside, so that V1 starts afresh; V3 gives it its place. All migrations of a
-- start are one transaction: nobody sees anything in between. A hypertable of that name stays; V1 takes it over.

SET LOCAL lock_timeout = '3s'; -- who asks for the table meanwhile waits behind us; tried again a second later

DO $$
DECLARE
  theirs regclass := to_regclass(format('%I.message_exchange', current_schema()));
  wrong  text;
BEGIN
  IF theirs IS NULL THEN
    RETURN;
  END IF;
  SELECT string_agg(expected.name || ' ' || expected.type, ', ') INTO wrong
    FROM (VALUES ('message_uuid', 'uuid'), ('origin_ts', 'timestamp with time zone'),
                 ('ack_ts', 'timestamp with time zone'), ('message_data', 'jsonb'), ('source_subject_id', 'text'),
                 ('destination_subject_ids', 'text[]'), ('topic', 'text'), ('message_type', 'text'),
                 ('message_metadata', 'jsonb')) AS expected (name, type)
   WHERE NOT EXISTS (SELECT FROM pg_attribute
                      WHERE attrelid = theirs AND attname = expected.name AND NOT attisdropped
                        AND format_type(atttypid, NULL) = expected.type);
  IF wrong IS NOT NULL THEN
    RAISE EXCEPTION 'the table message_exchange that is there lacks %; rename it or mend it', wrong;
  END IF;
  IF to_regclass('timescaledb_information.hypertables') IS NOT NULL THEN
    IF EXISTS (SELECT FROM timescaledb_information.hypertables
                WHERE format('%I.%I', hypertable_schema, hypertable_name)::regclass = theirs) THEN
      RETURN;
    END IF;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_index
                  WHERE indrelid = theirs AND indisunique AND indisvalid AND indpred IS NULL AND indnkeyatts = 1
                    AND indkey[0] = (SELECT attnum FROM pg_attribute
                                      WHERE attrelid = theirs AND attname = 'message_uuid')) THEN
    RAISE EXCEPTION 'the table message_exchange that is there has no primary key or unique index on message_uuid';
  END IF;
  ALTER TABLE message_exchange RENAME TO message_exchange_old;
END
$$;
