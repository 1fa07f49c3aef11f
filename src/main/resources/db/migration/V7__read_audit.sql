-- Who asked for messages, and how many it was answered with (AUDIT_READS). Written before the answer; rows and ended_at follow it, and
-- are null when the answer was cut off by the server's end. Nothing of the service deletes from it.

CREATE TABLE message_read_audit (
  read_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  asked_at   timestamptz NOT NULL DEFAULT now(),
  reader     text,
  method     text        NOT NULL,
  question   text        NOT NULL,
  rows_read  bigint,
  ended_at   timestamptz
);
COMMENT ON COLUMN message_read_audit.reader IS 'name of the token or key; null for anyone, where that is allowed';
COMMENT ON COLUMN message_read_audit.question IS 'path and query, without tickets';

CREATE INDEX message_read_audit_asked ON message_read_audit (asked_at);
