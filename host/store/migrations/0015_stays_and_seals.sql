-- Every residence is a stay, and a stay says how it ended and why they left: a death that was recorded in error gives back
-- the stay that it ended and no other.
ALTER TABLE stay ADD COLUMN ended_by TEXT CHECK (ended_by IS NULL OR (ended_by IN ('move', 'departure', 'death') AND until IS NOT NULL));
ALTER TABLE stay ADD COLUMN left_because TEXT NOT NULL DEFAULT '';
UPDATE stay SET ended_by = 'death' WHERE until IS NOT NULL AND EXISTS
  (SELECT 1 FROM audit WHERE audit.subject_id = stay.person_id AND audit.action = 'resident.die' AND audit.at = stay.until);

-- Need of care, and why and with what finding an emergency was declared, are sealed. What was written before is sealed, and
-- blanked in its old column, when a process first opens the database.
ALTER TABLE person RENAME COLUMN care_level TO care_level_plain;
ALTER TABLE person ADD COLUMN care_level {bytes};
CREATE INDEX person_to_seal ON person (id) WHERE care_level_plain <> '';
ALTER TABLE emergency RENAME COLUMN reason TO reason_plain;
ALTER TABLE emergency RENAME COLUMN note TO note_plain;
ALTER TABLE emergency ADD COLUMN reason {bytes};
ALTER TABLE emergency ADD COLUMN note {bytes};
CREATE INDEX emergency_to_seal ON emergency (id) WHERE reason_plain <> '';

-- Cases and enrolments are deleted when they have been kept long enough.
CREATE INDEX case_over ON case_file (changed) WHERE NOT live;
CREATE INDEX enrolment_by_age ON enrolment (joined);

-- Persons are found by name and day of birth, wherever they live.
CREATE INDEX person_by_birth_and_name ON person (birth_date, name);
