-- The outbox: what notices become on their way out, by channel. Waiting for a try and held by whoever tries are one column:
-- a claim moves next_try to the end of its lease, so that what a dead process held comes up again by itself.

CREATE TABLE contact (
  person_id {uuid} PRIMARY KEY REFERENCES person (id),
  email {bytes},
  email_confirmed {int},
  channels {json} NOT NULL,
  changed {int} NOT NULL,
  CHECK (email IS NOT NULL OR email_confirmed IS NULL)
) {strict};

ALTER TABLE notice ADD COLUMN acknowledged {int};
ALTER TABLE notice ADD COLUMN step TEXT NOT NULL DEFAULT 'done' CHECK (step IN ('channels', 'delegates', 'staff', 'done'));
ALTER TABLE notice ADD COLUMN escalate_at {int} CHECK ((escalate_at IS NULL) = (step = 'done'));
ALTER TABLE notice ADD COLUMN origin_id {uuid} REFERENCES notice (id);
CREATE INDEX notice_to_escalate ON notice (escalate_at, id) WHERE escalate_at IS NOT NULL;
CREATE INDEX notice_of_origin ON notice (origin_id) WHERE origin_id IS NOT NULL;

CREATE TABLE delivery (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  notice_id {uuid} REFERENCES notice (id),
  channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms', 'voice', 'letter')),
  community_id {uuid} REFERENCES community (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'printing', 'sent', 'skipped', 'cancelled', 'dead', 'dropped')),
  attempts {int} NOT NULL CHECK (attempts >= 0),
  next_try {int} NOT NULL,
  claimed_by {uuid},
  problem TEXT NOT NULL,
  created {int} NOT NULL,
  ended {int},
  CHECK ((ended IS NULL) = (state IN ('waiting', 'printing')))
) {strict};
-- A notice goes out by a channel once.
CREATE UNIQUE INDEX delivery_of_notice ON delivery (notice_id, channel) WHERE notice_id IS NOT NULL;
CREATE INDEX delivery_of_person ON delivery (person_id);
CREATE INDEX delivery_of_community ON delivery (community_id);
CREATE INDEX delivery_due ON delivery (next_try, id) WHERE state = 'waiting';
CREATE INDEX delivery_dead ON delivery (ended, id) WHERE state = 'dead';
CREATE INDEX delivery_to_print ON delivery (community_id, created, id) WHERE state = 'printing';
