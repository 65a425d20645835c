-- One text for both databases. {uuid}, {int}, {bool}, {json}, {bytes} and {strict} stand for what each calls them.
-- Instants are microseconds since 1970 in {int}; days are ISO 8601 text. What is sealed (host/store/src/sealed.rs) is {bytes}.

-- What shows, without giving anything away, that a process has the keys with which this database was made; and which of them seals.
CREATE TABLE host_key (
  kind TEXT NOT NULL CHECK (kind IN ('reference', 'lookup', 'seal')),
  version {int} NOT NULL CHECK (version > 0),
  proof {bytes} NOT NULL,
  sealing {bool} NOT NULL,
  PRIMARY KEY (kind, version)
) {strict};
CREATE UNIQUE INDEX host_key_sealing ON host_key (sealing) WHERE sealing;

CREATE TABLE district (
  id {int} PRIMARY KEY CHECK (id = 1),
  name {json} NOT NULL,
  zone TEXT NOT NULL,
  demo {bool} NOT NULL
) {strict};

CREATE TABLE community (
  id {uuid} PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name {json} NOT NULL
) {strict};

CREATE TABLE building (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community (id),
  name TEXT NOT NULL
) {strict};

CREATE TABLE household (
  id {uuid} PRIMARY KEY,
  building_id {uuid} NOT NULL REFERENCES building (id),
  unit TEXT NOT NULL
) {strict};

CREATE TABLE space (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community (id),
  name {json} NOT NULL,
  capacity {int} NOT NULL CHECK (capacity > 0)
) {strict};
CREATE INDEX space_of_community ON space (community_id);

CREATE TABLE person (
  id {uuid} PRIMARY KEY,
  name TEXT NOT NULL,
  birth_date TEXT,
  sex TEXT CHECK (sex IN ('female', 'male')),
  phone {bytes},
  phone_fingerprint {bytes},
  identity_number {bytes},
  identity_fingerprint {bytes},
  care_level TEXT,
  household_id {uuid} REFERENCES household (id),
  community_id {uuid} REFERENCES community (id)
) {strict};
CREATE INDEX person_of_community ON person (community_id, id);
CREATE INDEX person_by_phone ON person (phone_fingerprint, id) WHERE phone_fingerprint IS NOT NULL;
CREATE UNIQUE INDEX person_by_identity ON person (identity_fingerprint) WHERE identity_fingerprint IS NOT NULL;

CREATE TABLE account (
  person_id {uuid} PRIMARY KEY REFERENCES person (id),
  login TEXT NOT NULL UNIQUE,
  password_hash TEXT NOT NULL,
  locale TEXT NOT NULL,
  created {int} NOT NULL
) {strict};

CREATE TABLE role (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  code TEXT NOT NULL,
  organisation_id {uuid},
  community_id {uuid} REFERENCES community (id),
  granted {int} NOT NULL,
  revoked {int}
) {strict};
CREATE INDEX role_of_person ON role (person_id) WHERE revoked IS NULL;
CREATE INDEX role_of_organisation ON role (organisation_id, community_id, code) WHERE revoked IS NULL;

CREATE TABLE delegation (
  id {uuid} PRIMARY KEY,
  resident_id {uuid} NOT NULL REFERENCES person (id),
  delegate_id {uuid} NOT NULL REFERENCES person (id),
  kind TEXT NOT NULL CHECK (kind IN ('delegate', 'guardian')),
  evidence TEXT NOT NULL,
  granted {int} NOT NULL,
  expires {int},
  revoked {int},
  CHECK (resident_id <> delegate_id)
) {strict};
CREATE UNIQUE INDEX delegation_live ON delegation (resident_id, delegate_id) WHERE revoked IS NULL;
CREATE INDEX delegation_of_delegate ON delegation (delegate_id) WHERE revoked IS NULL;

CREATE TABLE need (
  id {uuid} PRIMARY KEY,
  resident_id {uuid} NOT NULL REFERENCES person (id),
  code TEXT NOT NULL,
  note {bytes} NOT NULL,
  recorded {int} NOT NULL
) {strict};
CREATE INDEX need_of_resident ON need (resident_id, recorded);

CREATE TABLE session (
  id TEXT PRIMARY KEY,
  person_id {uuid} REFERENCES person (id),
  data {json} NOT NULL,
  expires {int} NOT NULL
) {strict};
CREATE INDEX session_by_expiry ON session (expires);

CREATE TABLE login_failure (
  id {uuid} PRIMARY KEY,
  subject TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX login_failure_of_subject ON login_failure (subject, at);

CREATE TABLE organisation (
  id {uuid} PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name {json} NOT NULL,
  created {int} NOT NULL
) {strict};

CREATE TABLE publisher_key (
  id {uuid} PRIMARY KEY,
  organisation_id {uuid} NOT NULL REFERENCES organisation (id),
  key_id TEXT NOT NULL,
  public_key TEXT NOT NULL,
  added {int} NOT NULL,
  revoked {int}
) {strict};
CREATE UNIQUE INDEX publisher_key_live ON publisher_key (organisation_id, key_id) WHERE revoked IS NULL;

CREATE TABLE component (
  digest TEXT PRIMARY KEY,
  bytes {bytes} NOT NULL
) {strict};

CREATE TABLE release (
  id {uuid} PRIMARY KEY,
  organisation_id {uuid} NOT NULL REFERENCES organisation (id),
  plugin TEXT NOT NULL,
  version TEXT NOT NULL,
  digest TEXT NOT NULL REFERENCES component (digest),
  key_id TEXT NOT NULL,
  manifest {json} NOT NULL,
  permissions {json} NOT NULL,
  size {int} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'approved', 'rejected')),
  uploaded {int} NOT NULL,
  uploaded_by {uuid},
  reviewed {int},
  reviewed_by {uuid},
  review_note TEXT NOT NULL,
  UNIQUE (plugin, version)
) {strict};

CREATE TABLE installation (
  id {uuid} PRIMARY KEY,
  plugin TEXT NOT NULL,
  community_id {uuid} NOT NULL REFERENCES community (id),
  release_id {uuid} NOT NULL REFERENCES release (id),
  permissions {json} NOT NULL,
  settings {json} NOT NULL,
  enabled {bool} NOT NULL,
  changed {int} NOT NULL,
  UNIQUE (plugin, community_id)
) {strict};
CREATE INDEX installation_of_community ON installation (community_id);

CREATE TABLE record (
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  document {json} NOT NULL,
  version {int} NOT NULL,
  subject_id {uuid} REFERENCES person (id),
  updated {int} NOT NULL,
  PRIMARY KEY (installation_id, collection, key)
) {strict};
CREATE INDEX record_of_subject ON record (installation_id, collection, subject_id, key) WHERE subject_id IS NOT NULL;

CREATE TABLE calendar (
  id {uuid} PRIMARY KEY,
  organisation_id {uuid} NOT NULL REFERENCES organisation (id),
  community_id {uuid} NOT NULL REFERENCES community (id),
  holder_id {uuid} NOT NULL REFERENCES person (id),
  role TEXT NOT NULL,
  title TEXT NOT NULL,
  UNIQUE (organisation_id, community_id, holder_id, role)
) {strict};
CREATE INDEX calendar_of_holder ON calendar (holder_id);

CREATE TABLE working_hours (
  id {uuid} PRIMARY KEY,
  calendar_id {uuid} NOT NULL REFERENCES calendar (id),
  days {json} NOT NULL,
  from_minute {int} NOT NULL,
  to_minute {int} NOT NULL,
  CHECK (from_minute >= 0 AND from_minute < 1440 AND from_minute < to_minute AND to_minute <= 2880)
) {strict};
CREATE INDEX working_hours_of_calendar ON working_hours (calendar_id);

-- No calendar is booked twice: the databases enforce it, each in its own way (0001_first_light.*.sql).
CREATE TABLE appointment (
  id {uuid} PRIMARY KEY,
  calendar_id {uuid} NOT NULL REFERENCES calendar (id),
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  resident_id {uuid} NOT NULL REFERENCES person (id),
  service TEXT NOT NULL,
  title {json} NOT NULL,
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('booked', 'checked-in', 'completed', 'cancelled', 'missed')),
  checked_in {int},
  checked_out {int},
  sequence {int} NOT NULL,
  own {bool} NOT NULL,
  CHECK (starts < ends AND ends - starts <= 2678400000000)
) {strict};
CREATE INDEX appointment_of_resident ON appointment (resident_id, installation_id, ends);
CREATE INDEX appointment_of_calendar ON appointment (calendar_id, starts, ends);

CREATE TABLE appointment_change (
  id {uuid} PRIMARY KEY,
  appointment_id {uuid} NOT NULL REFERENCES appointment (id),
  at {int} NOT NULL,
  actor_id {uuid},
  change TEXT NOT NULL,
  starts {int} NOT NULL,
  ends {int} NOT NULL,
  calendar_id {uuid} NOT NULL,
  note TEXT NOT NULL
) {strict};
CREATE INDEX appointment_change_of_appointment ON appointment_change (appointment_id, at);

CREATE TABLE timer (
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  key TEXT NOT NULL,
  due {int} NOT NULL,
  payload TEXT NOT NULL,
  attempts {int} NOT NULL,
  next_try {int} NOT NULL,
  failed {bool} NOT NULL,
  PRIMARY KEY (installation_id, key)
) {strict};
CREATE INDEX timer_due ON timer (next_try) WHERE NOT failed;

CREATE TABLE notice (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  installation_id {uuid} REFERENCES installation (id),
  subject_id {uuid},
  title {json} NOT NULL,
  body {json} NOT NULL,
  urgency TEXT NOT NULL,
  path TEXT,
  created {int} NOT NULL,
  read {int}
) {strict};
CREATE INDEX notice_of_person ON notice (person_id, created);
CREATE INDEX notice_unread ON notice (person_id) WHERE read IS NULL;

CREATE TABLE consent (
  id {uuid} PRIMARY KEY,
  resident_id {uuid} NOT NULL REFERENCES person (id),
  plugin TEXT NOT NULL,
  field TEXT NOT NULL,
  purpose {json} NOT NULL,
  granted {int} NOT NULL,
  granted_by {uuid} NOT NULL REFERENCES person (id),
  expires {int} NOT NULL,
  withdrawn {int},
  withdrawn_by {uuid}
) {strict};
CREATE UNIQUE INDEX consent_live ON consent (resident_id, plugin, field) WHERE withdrawn IS NULL;

CREATE TABLE pending_form (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  data {json} NOT NULL,
  created {int} NOT NULL
) {strict};

-- Answers to acts, by the idempotency key of the form: a repeated POST answers the same and does nothing twice.
CREATE TABLE answer (
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  person_id {uuid} NOT NULL REFERENCES person (id),
  key TEXT NOT NULL,
  data {json} NOT NULL,
  at {int} NOT NULL,
  PRIMARY KEY (installation_id, person_id, key)
) {strict};

CREATE TABLE audit (
  id {uuid} PRIMARY KEY,
  at {int} NOT NULL,
  actor_id {uuid},
  subject_id {uuid},
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail {json} NOT NULL
) {strict};
CREATE INDEX audit_by_time ON audit (at);
