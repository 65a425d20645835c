
-- A calendar may have nobody who holds it, and takes several appointments at once; an appointment may be held for a while.
-- SQLite changes neither a NOT NULL nor a CHECK in place: both tables are written anew under their names.
PRAGMA defer_foreign_keys = ON;
CREATE TABLE calendar_before AS SELECT * FROM calendar;
CREATE TABLE appointment_before AS SELECT * FROM appointment;
DROP TABLE appointment;
DROP TABLE calendar;
CREATE TABLE calendar (
  id BLOB PRIMARY KEY,
  organisation_id BLOB NOT NULL REFERENCES organisation (id),
  community_id BLOB NOT NULL REFERENCES community (id),
  holder_id BLOB REFERENCES person (id),
  role TEXT NOT NULL,
  title TEXT NOT NULL,
  capacity INTEGER NOT NULL DEFAULT 1 CHECK (capacity BETWEEN 1 AND 1000),
  UNIQUE (organisation_id, community_id, holder_id, role)
) STRICT;
CREATE TABLE appointment (
  id BLOB PRIMARY KEY,
  calendar_id BLOB NOT NULL REFERENCES calendar (id),
  installation_id BLOB NOT NULL REFERENCES installation (id),
  resident_id BLOB NOT NULL REFERENCES person (id),
  service TEXT NOT NULL,
  title TEXT NOT NULL,
  starts INTEGER NOT NULL,
  ends INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('held', 'booked', 'checked-in', 'completed', 'cancelled', 'missed')),
  checked_in INTEGER,
  checked_out INTEGER,
  sequence INTEGER NOT NULL,
  own INTEGER NOT NULL,
  held_until INTEGER,
  CHECK (starts < ends AND ends - starts <= 2678400000000),
  CHECK ((state = 'held') = (held_until IS NOT NULL))
) STRICT;
INSERT INTO calendar SELECT id, organisation_id, community_id, holder_id, role, title, 1 FROM calendar_before;
INSERT INTO appointment SELECT id, calendar_id, installation_id, resident_id, service, title, starts, ends, state,
  checked_in, checked_out, sequence, own, NULL FROM appointment_before;
DROP TABLE appointment_before;
DROP TABLE calendar_before;
CREATE INDEX calendar_of_holder ON calendar (holder_id);
CREATE INDEX appointment_of_resident ON appointment (resident_id, installation_id, ends);
CREATE INDEX appointment_of_calendar ON appointment (calendar_id, starts, ends);
CREATE INDEX appointment_held ON appointment (held_until) WHERE state = 'held';

-- As many at once as the calendar takes. Only there where an appointment begins can there be more than before.
CREATE TRIGGER appointment_insert BEFORE INSERT ON appointment WHEN NEW.state <> 'cancelled' BEGIN
  SELECT RAISE(ABORT, 'calendar_capacity') FROM (
    SELECT NEW.starts AS at UNION
    SELECT starts FROM appointment WHERE calendar_id = NEW.calendar_id AND state <> 'cancelled'
      AND starts > NEW.starts AND starts < NEW.ends
  ) AS moment WHERE (
    SELECT count(*) FROM appointment WHERE calendar_id = NEW.calendar_id AND state <> 'cancelled'
      AND starts <= moment.at AND starts > moment.at - 2678400000000 AND ends > moment.at
  ) >= (SELECT capacity FROM calendar WHERE id = NEW.calendar_id);
END;
CREATE TRIGGER appointment_update BEFORE UPDATE OF calendar_id, starts, ends, state ON appointment
WHEN NEW.state <> 'cancelled' AND (OLD.state = 'cancelled' OR OLD.calendar_id <> NEW.calendar_id
  OR OLD.starts <> NEW.starts OR OLD.ends <> NEW.ends) BEGIN
  SELECT RAISE(ABORT, 'calendar_capacity') FROM (
    SELECT NEW.starts AS at UNION
    SELECT starts FROM appointment WHERE calendar_id = NEW.calendar_id AND state <> 'cancelled' AND id <> NEW.id
      AND starts > NEW.starts AND starts < NEW.ends
  ) AS moment WHERE (
    SELECT count(*) FROM appointment WHERE calendar_id = NEW.calendar_id AND state <> 'cancelled' AND id <> NEW.id
      AND starts <= moment.at AND starts > moment.at - 2678400000000 AND ends > moment.at
  ) >= (SELECT capacity FROM calendar WHERE id = NEW.calendar_id);
END;
