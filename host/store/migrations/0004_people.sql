-- Places: district → subdistrict → community → grid → building → household.

CREATE TABLE subdistrict (
  id {uuid} PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name {json} NOT NULL
) {strict};

ALTER TABLE community ADD COLUMN subdistrict_id {uuid} REFERENCES subdistrict (id);
CREATE INDEX community_of_subdistrict ON community (subdistrict_id, slug);

CREATE TABLE grid (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community (id),
  name TEXT NOT NULL,
  UNIQUE (community_id, name)
) {strict};

ALTER TABLE building ADD COLUMN grid_id {uuid} REFERENCES grid (id);
CREATE UNIQUE INDEX building_of_community ON building (community_id, name);
CREATE INDEX building_of_grid ON building (grid_id, name);

-- One unit may hold several households; they are numbered from 1.
ALTER TABLE household ADD COLUMN number {int} NOT NULL DEFAULT 1 CHECK (number > 0);
CREATE UNIQUE INDEX household_of_building ON household (building_id, unit, number);

-- Registered residence (户籍地): in words, and the household where it is one of the district.
ALTER TABLE person ADD COLUMN died TEXT;
ALTER TABLE person ADD COLUMN residence TEXT;
ALTER TABLE person ADD COLUMN relation TEXT CHECK (relation IS NULL OR household_id IS NOT NULL);
ALTER TABLE person ADD COLUMN registered_place TEXT;
ALTER TABLE person ADD COLUMN registered_household_id {uuid} REFERENCES household (id);
CREATE INDEX person_of_household ON person (household_id);
CREATE INDEX person_registered_in_household ON person (registered_household_id);
CREATE UNIQUE INDEX household_has_one_head ON person (household_id) WHERE relation = 'head';

-- Where a resident has lived; the row without an end is where they live now.
CREATE TABLE stay (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  community_id {uuid} NOT NULL REFERENCES community (id),
  household_id {uuid} REFERENCES household (id),
  since {int} NOT NULL,
  until {int},
  reason TEXT NOT NULL,
  CHECK (until IS NULL OR since <= until)
) {strict};
CREATE INDEX stay_of_person ON stay (person_id, since, id);
CREATE UNIQUE INDEX stay_now ON stay (person_id) WHERE until IS NULL;
CREATE INDEX stay_of_community ON stay (community_id);
CREATE INDEX stay_of_household ON stay (household_id);

ALTER TABLE role ADD COLUMN expires {int};
CREATE INDEX role_by_expiry ON role (expires, id) WHERE revoked IS NULL AND expires IS NOT NULL;

-- An account is closed when its person has died.
ALTER TABLE account ADD COLUMN closed {int};

-- `minor`: it rests on the resident being under age. `all_services`: all that are not confidential; `services`: these as well.
ALTER TABLE delegation ADD COLUMN minor {bool} NOT NULL DEFAULT FALSE;
ALTER TABLE delegation ADD COLUMN all_services {bool} NOT NULL DEFAULT TRUE;
ALTER TABLE delegation ADD COLUMN services {json} NOT NULL DEFAULT '[]';
CREATE INDEX delegation_by_expiry ON delegation (expires, id) WHERE revoked IS NULL AND expires IS NOT NULL;

-- Staff act for a resident who is there in person; one session at a time, for a short time.
CREATE TABLE counter_session (
  id {uuid} PRIMARY KEY,
  staff_id {uuid} NOT NULL REFERENCES person (id),
  resident_id {uuid} NOT NULL REFERENCES person (id),
  community_id {uuid} NOT NULL REFERENCES community (id),
  evidence TEXT NOT NULL CHECK (evidence <> ''),
  begun {int} NOT NULL,
  expires {int} NOT NULL,
  ended {int},
  CHECK (staff_id <> resident_id),
  CHECK (begun < expires AND expires - begun <= 1800000000)
) {strict};
CREATE UNIQUE INDEX counter_session_open ON counter_session (staff_id) WHERE ended IS NULL;
CREATE INDEX counter_session_of_staff ON counter_session (staff_id, begun);
CREATE INDEX counter_session_of_resident ON counter_session (resident_id, begun);
CREATE INDEX counter_session_of_community ON counter_session (community_id);

-- Segments (人群分类) that somebody put a resident into; those by age are computed.
CREATE TABLE segment (
  id {uuid} PRIMARY KEY,
  resident_id {uuid} NOT NULL REFERENCES person (id),
  code TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('staff', 'import')),
  note TEXT NOT NULL,
  recorded {int} NOT NULL,
  recorded_by {uuid},
  review TEXT,
  ended {int}
) {strict};
CREATE UNIQUE INDEX segment_live ON segment (resident_id, code) WHERE ended IS NULL;
CREATE INDEX segment_of_resident ON segment (resident_id, recorded);

-- A need stands in its latest version; need_version keeps those before. A need without a review date is due at once.
ALTER TABLE need ADD COLUMN version {int} NOT NULL DEFAULT 1 CHECK (version > 0);
ALTER TABLE need ADD COLUMN state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'met', 'withdrawn'));
ALTER TABLE need ADD COLUMN source TEXT NOT NULL DEFAULT 'staff' CHECK (source IN ('resident', 'staff', 'plugin', 'import'));
ALTER TABLE need ADD COLUMN plugin TEXT CHECK ((plugin IS NOT NULL) = (source = 'plugin'));
ALTER TABLE need ADD COLUMN review TEXT NOT NULL DEFAULT '1970-01-01';
ALTER TABLE need ADD COLUMN objection {bytes};
ALTER TABLE need ADD COLUMN changed_by {uuid};

CREATE TABLE need_version (
  id {uuid} PRIMARY KEY,
  need_id {uuid} NOT NULL REFERENCES need (id),
  version {int} NOT NULL,
  code TEXT NOT NULL,
  note {bytes} NOT NULL,
  state TEXT NOT NULL,
  source TEXT NOT NULL,
  plugin TEXT,
  review TEXT NOT NULL,
  objection {bytes},
  recorded {int} NOT NULL,
  changed_by {uuid},
  UNIQUE (need_id, version)
) {strict};

-- The import of a resident roll stages here in small transactions; one short one then switches. None of it is anybody's
-- data yet: what is left of an import that was killed is swept out.
CREATE TABLE roll (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community (id),
  sealing {int} NOT NULL,
  begun {int} NOT NULL,
  done {int}
) {strict};
CREATE INDEX roll_of_community ON roll (community_id);
CREATE INDEX roll_by_age ON roll (begun);

CREATE TABLE roll_building (
  roll_id {uuid} NOT NULL REFERENCES roll (id),
  id {uuid} NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (roll_id, id)
) {strict};

CREATE TABLE roll_household (
  roll_id {uuid} NOT NULL REFERENCES roll (id),
  id {uuid} NOT NULL,
  building_id {uuid} NOT NULL,
  unit TEXT NOT NULL,
  PRIMARY KEY (roll_id, id)
) {strict};

CREATE TABLE roll_row (
  roll_id {uuid} NOT NULL REFERENCES roll (id),
  person_id {uuid} NOT NULL,
  is_new {bool} NOT NULL,
  name TEXT NOT NULL,
  birth_date TEXT NOT NULL,
  sex TEXT NOT NULL,
  phone {bytes},
  phone_fingerprint {bytes},
  identity_number {bytes} NOT NULL,
  identity_fingerprint {bytes} NOT NULL,
  household_id {uuid},
  relation TEXT,
  residence TEXT,
  registered_place TEXT,
  stay_id {uuid} NOT NULL,
  PRIMARY KEY (roll_id, person_id)
) {strict};

CREATE TABLE roll_segment (
  roll_id {uuid} NOT NULL REFERENCES roll (id),
  resident_id {uuid} NOT NULL,
  code TEXT NOT NULL,
  id {uuid} NOT NULL,
  PRIMARY KEY (roll_id, resident_id, code)
) {strict};

CREATE TABLE roll_need (
  roll_id {uuid} NOT NULL REFERENCES roll (id),
  resident_id {uuid} NOT NULL,
  code TEXT NOT NULL,
  id {uuid} NOT NULL,
  note {bytes} NOT NULL,
  PRIMARY KEY (roll_id, resident_id, code)
) {strict};
