-- On what reads of persons rest, beside consent as it was: what is sensitive is consented to apart, a guardian consents
-- for a child, two admins record a duty, staff declare an emergency that an admin reviews.

ALTER TABLE consent ADD COLUMN separate {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE consent ADD COLUMN for_child {bool} NOT NULL DEFAULT FALSE;
-- Need of care was the only sensitive field until now, and was asked for apart.
UPDATE consent SET separate = TRUE WHERE field = 'care-level';
CREATE INDEX consent_of_resident ON consent (resident_id, granted, id);

CREATE TABLE duty (
  id {uuid} PRIMARY KEY,
  plugin TEXT NOT NULL,
  community_id {uuid} REFERENCES community (id),
  fields {json} NOT NULL,
  law {json} NOT NULL,
  article {json} NOT NULL,
  proposed {int} NOT NULL,
  proposed_by {uuid} NOT NULL REFERENCES person (id),
  confirmed {int},
  confirmed_by {uuid} REFERENCES person (id),
  expires {int} NOT NULL,
  ended {int},
  ended_by {uuid} REFERENCES person (id),
  CONSTRAINT two_admins CHECK (confirmed_by <> proposed_by),
  CONSTRAINT confirmed_by_somebody CHECK ((confirmed IS NULL) = (confirmed_by IS NULL)),
  CONSTRAINT at_most_a_year CHECK (expires > proposed AND expires - proposed <= 31622400000000)
) {strict};
CREATE INDEX duty_live ON duty (plugin, expires) WHERE confirmed IS NOT NULL AND ended IS NULL;
CREATE INDEX duty_by_time ON duty (proposed, id);
CREATE INDEX duty_of_community ON duty (community_id);
CREATE INDEX duty_of_proposer ON duty (proposed_by);
CREATE INDEX duty_of_confirmer ON duty (confirmed_by);
CREATE INDEX duty_of_ender ON duty (ended_by);

CREATE TABLE emergency (
  id {uuid} PRIMARY KEY,
  resident_id {uuid} NOT NULL REFERENCES person (id),
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  declared_by {uuid} NOT NULL REFERENCES person (id),
  reason TEXT NOT NULL,
  declared {int} NOT NULL,
  closes {int} NOT NULL,
  reviewed {int},
  reviewed_by {uuid} REFERENCES person (id),
  justified {bool},
  note TEXT,
  CONSTRAINT reviewed_by_another CHECK (reviewed_by <> declared_by),
  CONSTRAINT reviewed_whole CHECK ((reviewed IS NULL) = (reviewed_by IS NULL) AND (reviewed IS NULL) = (justified IS NULL)),
  CONSTRAINT at_most_a_day CHECK (closes > declared AND closes - declared <= 86400000000)
) {strict};
CREATE UNIQUE INDEX emergency_unreviewed ON emergency (resident_id, installation_id) WHERE reviewed IS NULL;
CREATE INDEX emergency_of_resident ON emergency (resident_id, installation_id, closes);
CREATE INDEX emergency_of_installation ON emergency (installation_id);
CREATE INDEX emergency_by_time ON emergency (declared, id);
CREATE INDEX emergency_of_declarer ON emergency (declared_by);
CREATE INDEX emergency_of_reviewer ON emergency (reviewed_by);
