-- What becomes known of a message after its chunk was compressed: compressed rows are not rewritten for it. The row and this are
-- read together (store.Layout); docs/decisions/025 has why.

CREATE TABLE message_later (
  message_uuid uuid        PRIMARY KEY,
  origin_ts    timestamptz NOT NULL,
  ack_ts       timestamptz,
  erased       boolean     NOT NULL DEFAULT false
);
COMMENT ON COLUMN message_later.origin_ts IS 'that of the row, by which its chunk is found';
COMMENT ON COLUMN message_later.ack_ts IS 'holds when the row has none';
COMMENT ON COLUMN message_later.erased IS 'the row is to be deleted, and is shown to nobody until it is';

CREATE INDEX message_later_origin ON message_later (origin_ts);
