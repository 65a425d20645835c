-- What people enrol in: a course with sessions, or a group with standing places (day care, child care).
CREATE TABLE course (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community (id),
  organisation_id {uuid} REFERENCES organisation (id),
  installation_id {uuid} REFERENCES installation (id),
  kind TEXT NOT NULL CHECK (kind IN ('sessions', 'standing')),
  title {json} NOT NULL,
  capacity {int} NOT NULL CHECK (capacity BETWEEN 1 AND 10000),
  ratio {int} CHECK (ratio BETWEEN 1 AND 1000),
  staff {int} NOT NULL DEFAULT 0,
  least_months {int},
  most_months {int},
  hours {json} NOT NULL,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  rule {json} NOT NULL,
  offer_hours {int} NOT NULL CHECK (offer_hours BETWEEN 1 AND 336),
  opens {int},
  closes {int},
  closed {bool} NOT NULL,
  CHECK (from_day < to_day)
) {strict};
CREATE INDEX course_of_community ON course (community_id, from_day, id);
CREATE INDEX course_of_organisation ON course (organisation_id);
CREATE INDEX course_of_installation ON course (installation_id);

-- Who takes a place writes this row first, so that racers take turns; who only waits reads it.
CREATE TABLE course_load (
  course_id {uuid} PRIMARY KEY REFERENCES course (id),
  taken {int} NOT NULL
) {strict};

-- The staff of a group; each looks after as many as the ratio says.
CREATE TABLE course_staff (
  course_id {uuid} NOT NULL REFERENCES course (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  PRIMARY KEY (course_id, person_id)
) {strict};
CREATE INDEX course_staff_of_person ON course_staff (person_id);

CREATE TABLE course_session (
  id {uuid} PRIMARY KEY,
  course_id {uuid} NOT NULL REFERENCES course (id),
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  cancelled {bool} NOT NULL,
  note TEXT NOT NULL,
  CHECK (starts < ends),
  UNIQUE (course_id, starts)
) {strict};

CREATE TABLE session_staff (
  session_id {uuid} NOT NULL REFERENCES course_session (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  PRIMARY KEY (session_id, person_id)
) {strict};
CREATE INDEX session_staff_of_person ON session_staff (person_id);

-- One resident's place, or wait for one. `rank` is minus the points: the waiting list is in order of (rank, joined, id).
-- `weekdays` are bits from Monday; `to_day` is the first day after, 9999-12-31 where the end is open.
CREATE TABLE enrolment (
  id {uuid} PRIMARY KEY,
  course_id {uuid} NOT NULL REFERENCES course (id),
  resident_id {uuid} NOT NULL REFERENCES person (id),
  state TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'enrolled', 'completed', 'cancelled', 'transferred', 'lapsed')),
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  weekdays {int} NOT NULL CHECK (weekdays BETWEEN 1 AND 127),
  rank {int} NOT NULL,
  joined {int} NOT NULL,
  offer_until {int},
  enrolled {int},
  own {bool} NOT NULL,
  CHECK (from_day < to_day),
  CHECK ((state = 'offered') = (offer_until IS NOT NULL))
) {strict};
CREATE UNIQUE INDEX enrolment_live ON enrolment (resident_id, course_id) WHERE state IN ('waiting', 'offered', 'enrolled');
CREATE INDEX enrolment_of_resident ON enrolment (resident_id, joined, id);
CREATE INDEX enrolment_taken ON enrolment (course_id, from_day, to_day) WHERE state IN ('offered', 'enrolled');
CREATE INDEX enrolment_turn ON enrolment (course_id, rank, joined, id) WHERE state = 'waiting';
CREATE INDEX enrolment_of_course ON enrolment (course_id, joined, id);
CREATE INDEX enrolment_offered ON enrolment (offer_until) WHERE state = 'offered';
CREATE INDEX enrolment_ending ON enrolment (to_day) WHERE state = 'enrolled';

CREATE TABLE enrolment_change (
  id {uuid} PRIMARY KEY,
  enrolment_id {uuid} NOT NULL REFERENCES enrolment (id),
  at {int} NOT NULL,
  actor_id {uuid},
  change TEXT NOT NULL,
  note TEXT NOT NULL
) {strict};
CREATE INDEX enrolment_change_of_enrolment ON enrolment_change (enrolment_id, at);

CREATE TABLE attendance (
  session_id {uuid} NOT NULL REFERENCES course_session (id),
  enrolment_id {uuid} NOT NULL REFERENCES enrolment (id),
  status TEXT NOT NULL CHECK (status IN ('present', 'late', 'absent', 'excused')),
  checked_in {int},
  checked_out {int},
  picked_up_by TEXT NOT NULL,
  note TEXT NOT NULL,
  recorded {int} NOT NULL,
  recorded_by {uuid},
  CHECK (checked_in IS NULL OR status IN ('present', 'late')),
  CHECK (checked_out IS NULL OR checked_in <= checked_out),
  PRIMARY KEY (session_id, enrolment_id)
) {strict};
CREATE INDEX attendance_of_enrolment ON attendance (enrolment_id);
