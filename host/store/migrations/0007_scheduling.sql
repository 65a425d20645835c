-- Days on which work differs from what their weekday says: holidays, and week-end days that make up for them.
CREATE TABLE special_day (
  day TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('holiday', 'working-day')),
  stands_for {int} CHECK (stands_for BETWEEN 1 AND 7),
  name {json} NOT NULL,
  CHECK ((kind = 'working-day') = (stands_for IS NOT NULL))
) {strict};

ALTER TABLE working_hours ADD COLUMN holidays TEXT NOT NULL DEFAULT 'ignore' CHECK (holidays IN ('observe', 'ignore'));

-- Days on which a calendar has hours of its own; an empty list closes it.
CREATE TABLE calendar_day (
  calendar_id {uuid} NOT NULL REFERENCES calendar (id),
  day TEXT NOT NULL,
  minutes {json} NOT NULL,
  note TEXT NOT NULL,
  PRIMARY KEY (calendar_id, day)
) {strict};

-- Who waits for an appointment on a day that is full.
CREATE TABLE appointment_waiting (
  id {uuid} PRIMARY KEY,
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  resident_id {uuid} NOT NULL REFERENCES person (id),
  organisation_id {uuid} NOT NULL REFERENCES organisation (id),
  community_id {uuid} NOT NULL REFERENCES community (id),
  role TEXT NOT NULL,
  calendar_id {uuid} REFERENCES calendar (id),
  service TEXT NOT NULL,
  title {json} NOT NULL,
  day TEXT NOT NULL,
  rules {json} NOT NULL,
  own {bool} NOT NULL,
  joined {int} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'offered', 'served', 'left', 'lapsed')),
  appointment_id {uuid} REFERENCES appointment (id)
) {strict};
CREATE UNIQUE INDEX appointment_waiting_live ON appointment_waiting (resident_id, installation_id, day, service)
  WHERE state IN ('waiting', 'offered');
CREATE INDEX appointment_waiting_turn ON appointment_waiting (organisation_id, community_id, role, day, joined, id)
  WHERE state = 'waiting';
CREATE INDEX appointment_waiting_of_calendar ON appointment_waiting (calendar_id);
CREATE INDEX appointment_waiting_of_appointment ON appointment_waiting (appointment_id) WHERE appointment_id IS NOT NULL;
CREATE INDEX appointment_waiting_of_installation ON appointment_waiting (installation_id);
