-- The rights of whom data is about: restriction, correction, erasure, and the holds and times that bound them.

-- What a plugin keeps about a resident stays shut to it after consent was withdrawn or use was objected to.
CREATE TABLE restriction (
  resident_id {uuid} NOT NULL REFERENCES person (id),
  plugin TEXT NOT NULL,
  since {int} NOT NULL,
  cause TEXT NOT NULL CHECK (cause IN ('withdrawal', 'objection')),
  PRIMARY KEY (resident_id, plugin)
) {strict};

CREATE TABLE hold (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  reason TEXT NOT NULL,
  article TEXT NOT NULL,
  placed {int} NOT NULL,
  placed_by {uuid} REFERENCES person (id),
  lifted {int},
  lifted_by {uuid} REFERENCES person (id)
) {strict};
CREATE INDEX hold_of_person ON hold (person_id, placed);
CREATE INDEX hold_live ON hold (person_id) WHERE lifted IS NULL;
CREATE INDEX hold_of_placer ON hold (placed_by);
CREATE INDEX hold_of_lifter ON hold (lifted_by);

CREATE TABLE correction (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  community_id {uuid} REFERENCES community (id),
  field TEXT NOT NULL,
  previous {bytes},
  wanted {bytes} NOT NULL,
  reason TEXT NOT NULL,
  requested {int} NOT NULL,
  requested_by {uuid} NOT NULL REFERENCES person (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'accepted', 'rejected')),
  decided {int},
  decided_by {uuid} REFERENCES person (id),
  note TEXT NOT NULL,
  CONSTRAINT decided_once CHECK ((state = 'waiting') = (decided IS NULL))
) {strict};
CREATE UNIQUE INDEX correction_waiting ON correction (person_id, field) WHERE state = 'waiting';
CREATE INDEX correction_of_person ON correction (person_id, requested, id);
CREATE INDEX correction_to_decide ON correction (community_id, requested, id) WHERE state = 'waiting';
CREATE INDEX correction_of_requester ON correction (requested_by);
CREATE INDEX correction_of_decider ON correction (decided_by);

CREATE TABLE erasure (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  reason TEXT NOT NULL,
  requested {int} NOT NULL,
  requested_by {uuid} REFERENCES person (id),
  state TEXT NOT NULL CHECK (state IN ('requested', 'executing', 'executed', 'refused')),
  decided {int},
  decided_by {uuid} REFERENCES person (id),
  note TEXT NOT NULL,
  report {json} NOT NULL
) {strict};
CREATE UNIQUE INDEX erasure_open ON erasure (person_id) WHERE state IN ('requested', 'executing');
CREATE INDEX erasure_of_person ON erasure (person_id, requested, id);
CREATE INDEX erasure_by_state ON erasure (state, requested, id);
CREATE INDEX erasure_of_requester ON erasure (requested_by);
CREATE INDEX erasure_of_decider ON erasure (decided_by);

ALTER TABLE person ADD COLUMN erased {int};

-- What is held on one person is found by indexes, and what is too old by others.
CREATE INDEX record_about_person ON record (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX record_by_age ON record (installation_id, collection, updated);
CREATE INDEX notice_about_person ON notice (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX notice_by_age ON notice (created);
CREATE INDEX appointment_by_age ON appointment (ends);
CREATE INDEX appointment_waiting_by_age ON appointment_waiting (joined);
CREATE INDEX delivery_by_age ON delivery (created);
CREATE INDEX waiting_by_age ON waiting (starts);
CREATE INDEX booking_by_age ON booking (ends);
CREATE INDEX counter_session_by_age ON counter_session (begun);
CREATE INDEX consent_by_age ON consent (expires);
CREATE INDEX role_of_person_ever ON role (person_id, granted);
CREATE INDEX delegation_of_resident_ever ON delegation (resident_id, granted);
CREATE INDEX delegation_of_delegate_ever ON delegation (delegate_id, granted);
CREATE INDEX session_of_person ON session (person_id);
CREATE INDEX pending_form_of_person ON pending_form (person_id);
CREATE INDEX answer_of_person ON answer (person_id);
