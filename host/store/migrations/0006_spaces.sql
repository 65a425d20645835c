-- Spaces that can be booked: opening hours, bookings, waiting lists, black-outs.

ALTER TABLE space ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE space ADD COLUMN kind TEXT NOT NULL DEFAULT 'room';
ALTER TABLE space ADD COLUMN equipment {json} NOT NULL DEFAULT '[]';
ALTER TABLE space ADD COLUMN concurrency {int} NOT NULL DEFAULT 1 CHECK (concurrency >= 1 AND concurrency <= 1000);
ALTER TABLE space ADD COLUMN rules {json} NOT NULL DEFAULT '{}';
ALTER TABLE space ADD COLUMN closed {int};

CREATE TABLE space_hours (
  id {uuid} PRIMARY KEY,
  space_id {uuid} NOT NULL REFERENCES space (id),
  hours {json} NOT NULL
) {strict};
CREATE INDEX space_hours_of_space ON space_hours (space_id);

-- A day whose regular hours do not count (no minutes), or an extra opening on it.
CREATE TABLE space_exception (
  id {uuid} PRIMARY KEY,
  space_id {uuid} NOT NULL REFERENCES space (id),
  day TEXT NOT NULL,
  from_minute {int},
  to_minute {int},
  CHECK ((from_minute IS NULL) = (to_minute IS NULL)),
  CHECK (from_minute IS NULL OR (from_minute >= 0 AND from_minute < 1440 AND from_minute < to_minute AND to_minute <= 2880))
) {strict};
CREATE INDEX space_exception_of_space ON space_exception (space_id, day);

CREATE TABLE booking_series (
  id {uuid} PRIMARY KEY,
  space_id {uuid} NOT NULL REFERENCES space (id),
  resident_id {uuid} REFERENCES person (id),
  organisation_id {uuid} REFERENCES organisation (id),
  hours {json} NOT NULL,
  made {int} NOT NULL
) {strict};
CREATE INDEX booking_series_of_space ON booking_series (space_id);
CREATE INDEX booking_series_of_resident ON booking_series (resident_id);
CREATE INDEX booking_series_of_organisation ON booking_series (organisation_id);

-- A place is taken from `starts` until `blocked_until`: the end of use and what the space keeps free after it. No space is
-- taken more often at once than its `concurrency`: the databases enforce it, each in its own way (0006_spaces.*.sql).
CREATE TABLE booking (
  id {uuid} PRIMARY KEY,
  space_id {uuid} NOT NULL REFERENCES space (id),
  resident_id {uuid} REFERENCES person (id),
  organisation_id {uuid} REFERENCES organisation (id),
  series_id {uuid} REFERENCES booking_series (id),
  title TEXT NOT NULL,
  persons {int} NOT NULL CHECK (persons > 0),
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  blocked_until {int} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'requested', 'booked', 'cancelled', 'rejected', 'expired', 'completed')),
  expires {int},
  sequence {int} NOT NULL,
  made {int} NOT NULL,
  changed {int} NOT NULL,
  CHECK (starts < ends AND ends - starts <= 2678400000000),
  CHECK (blocked_until >= ends AND blocked_until - ends <= 86400000000),
  CHECK (state <> 'held' OR expires IS NOT NULL),
  CHECK (resident_id IS NULL OR organisation_id IS NULL)
) {strict};
CREATE INDEX booking_live ON booking (space_id, starts, blocked_until) WHERE state IN ('held', 'requested', 'booked');
CREATE INDEX booking_of_space ON booking (space_id, starts, id);
CREATE INDEX booking_of_resident ON booking (resident_id, starts, id);
CREATE INDEX booking_of_organisation ON booking (organisation_id, starts, id);
CREATE INDEX booking_of_series ON booking (series_id, starts);
CREATE INDEX booking_requested ON booking (space_id, starts, id) WHERE state = 'requested';
CREATE INDEX booking_held ON booking (expires) WHERE state = 'held';
CREATE INDEX booking_ending ON booking (ends) WHERE state IN ('requested', 'booked');

CREATE TABLE booking_change (
  booking_id {uuid} NOT NULL REFERENCES booking (id),
  sequence {int} NOT NULL,
  at {int} NOT NULL,
  actor_id {uuid},
  change TEXT NOT NULL,
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (booking_id, sequence)
) {strict};

CREATE TABLE waiting (
  id {uuid} PRIMARY KEY,
  space_id {uuid} NOT NULL REFERENCES space (id),
  resident_id {uuid} REFERENCES person (id),
  organisation_id {uuid} REFERENCES organisation (id),
  title TEXT NOT NULL,
  persons {int} NOT NULL CHECK (persons > 0),
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  ask {bool} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'promoted', 'left', 'lapsed')),
  joined {int} NOT NULL,
  booking_id {uuid} REFERENCES booking (id),
  CHECK (starts < ends AND ends - starts <= 2678400000000)
) {strict};
CREATE INDEX waiting_of_space ON waiting (space_id, joined, id) WHERE state = 'waiting';
CREATE INDEX waiting_of_resident ON waiting (resident_id, starts, id);
CREATE INDEX waiting_of_organisation ON waiting (organisation_id, starts, id);
CREATE INDEX waiting_of_booking ON waiting (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX waiting_by_start ON waiting (starts) WHERE state = 'waiting';

CREATE TABLE blackout (
  id {uuid} PRIMARY KEY,
  space_id {uuid} NOT NULL REFERENCES space (id),
  reason TEXT NOT NULL,
  made {int} NOT NULL,
  lifted {int}
) {strict};
CREATE INDEX blackout_of_space ON blackout (space_id, made, id);

CREATE TABLE blackout_range (
  blackout_id {uuid} NOT NULL REFERENCES blackout (id),
  space_id {uuid} NOT NULL REFERENCES space (id),
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  PRIMARY KEY (blackout_id, starts),
  CHECK (starts < ends)
) {strict};
CREATE INDEX blackout_range_of_space ON blackout_range (space_id, ends, starts);

-- Bookings that stood when a black-out came over them, until staff or whoever booked has settled each.
CREATE TABLE blackout_conflict (
  blackout_id {uuid} NOT NULL REFERENCES blackout (id),
  booking_id {uuid} NOT NULL REFERENCES booking (id),
  starts {int} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'kept', 'moved', 'cancelled')),
  settled {int},
  settled_by {uuid},
  PRIMARY KEY (blackout_id, booking_id)
) {strict};
CREATE INDEX blackout_conflict_pending ON blackout_conflict (blackout_id, starts, booking_id) WHERE state = 'pending';
CREATE INDEX blackout_conflict_of_booking ON blackout_conflict (booking_id) WHERE state = 'pending';
