-- Dead letters that can be looked through, retried and discarded, and that may be larger than memory.

ALTER TABLE dead_letter
  ADD COLUMN kind          text,
  ADD COLUMN attempts      integer NOT NULL DEFAULT 1,
  ADD COLUMN bytes         bigint,
  ADD COLUMN last_position integer NOT NULL DEFAULT -1,
  ADD COLUMN retries       integer NOT NULL DEFAULT 0,
  ADD COLUMN retried_at    timestamptz;

UPDATE dead_letter SET
  bytes = length(payload),
  kind = CASE
    WHEN reason LIKE 'conflict%' THEN 'conflict'
    WHEN reason LIKE '%(MAX_MESSAGE_BYTES)%' THEN 'too-large'
    WHEN sqlstate IS NOT NULL THEN 'refused'
    ELSE 'invalid'
  END;

ALTER TABLE dead_letter
  ALTER COLUMN kind SET NOT NULL,
  ALTER COLUMN bytes SET NOT NULL;

-- What follows the first piece of a payload that is too large to be held in memory.
CREATE TABLE dead_letter_piece (
  dead_letter_id bigint  NOT NULL REFERENCES dead_letter ON DELETE CASCADE,
  piece          integer NOT NULL,
  payload        bytea   NOT NULL,
  PRIMARY KEY (dead_letter_id, piece)
);
-- Payloads are random or are compressed already more often than not; reading a part of one must not unpack it.
ALTER TABLE dead_letter_piece ALTER COLUMN payload SET STORAGE EXTERNAL;

-- What was done with dead letters. Stays when they are gone.
CREATE TABLE dead_letter_action (
  dead_letter_action_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at                    timestamptz NOT NULL DEFAULT now(),
  action                text        NOT NULL,
  dead_letter_id        bigint      NOT NULL,
  sha256                bytea       NOT NULL,
  kind                  text        NOT NULL,
  reason                text        NOT NULL,
  bytes                 bigint      NOT NULL,
  occurrences           bigint      NOT NULL
);
CREATE INDEX dead_letter_action_letter ON dead_letter_action (dead_letter_id, dead_letter_action_id);

-- Open is a dead letter that was not retried, or came back.
CREATE INDEX dead_letter_newest ON dead_letter (last_seen DESC, dead_letter_id DESC);
CREATE INDEX dead_letter_open ON dead_letter (last_seen DESC, dead_letter_id DESC) WHERE retried_at IS NULL;
CREATE INDEX dead_letter_open_kind ON dead_letter (kind, last_seen DESC, dead_letter_id DESC) WHERE retried_at IS NULL;
