-- Cases (工单). `case` is a keyword of SQL, so a case stands in `case_file`.

-- A type belongs to the district, to one community or to one installation.
CREATE TABLE case_type (
  id {uuid} PRIMARY KEY,
  community_id {uuid} REFERENCES community (id),
  installation_id {uuid} REFERENCES installation (id),
  code TEXT NOT NULL,
  title {json} NOT NULL,
  response_minutes {int} NOT NULL CHECK (response_minutes > 0),
  resolution_minutes {int} NOT NULL CHECK (resolution_minutes >= response_minutes),
  confidential {bool} NOT NULL,
  changed {int} NOT NULL,
  retired {int},
  CHECK (community_id IS NULL OR installation_id IS NULL)
) {strict};
CREATE UNIQUE INDEX case_type_of_district ON case_type (code) WHERE community_id IS NULL AND installation_id IS NULL;
CREATE UNIQUE INDEX case_type_of_community ON case_type (community_id, code) WHERE community_id IS NOT NULL;
CREATE UNIQUE INDEX case_type_of_installation ON case_type (installation_id, code) WHERE installation_id IS NOT NULL;

-- The last number given in a community and year: taken in the unit of work that opens the case, so no number is lost.
CREATE TABLE case_counter (
  community_id {uuid} NOT NULL REFERENCES community (id),
  year {int} NOT NULL,
  last {int} NOT NULL,
  PRIMARY KEY (community_id, year)
) {strict};

-- One row holds the one office that answers for the case: there is never none and never two.
CREATE TABLE case_file (
  id {uuid} PRIMARY KEY,
  community_id {uuid} NOT NULL REFERENCES community (id),
  year {int} NOT NULL,
  number {int} NOT NULL CHECK (number > 0),
  type_id {uuid} NOT NULL REFERENCES case_type (id),
  installation_id {uuid} REFERENCES installation (id),
  parent_id {uuid} REFERENCES case_file (id),
  depth {int} NOT NULL CHECK (depth BETWEEN 1 AND 3 AND (depth = 1) = (parent_id IS NULL)),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  category TEXT NOT NULL,
  priority TEXT NOT NULL CHECK (priority IN ('low', 'normal', 'high', 'urgent')),
  space_id {uuid} REFERENCES space (id),
  building_id {uuid} REFERENCES building (id),
  place TEXT NOT NULL,
  channel TEXT NOT NULL,
  opened {int} NOT NULL,
  opened_by {uuid},
  opened_for {uuid} REFERENCES person (id),
  confidential {bool} NOT NULL,
  state TEXT NOT NULL CHECK (state IN
    ('open', 'accepted', 'in-progress', 'waiting', 'resolved', 'closed', 'reopened', 'cancelled', 'merged')),
  live {bool} NOT NULL CHECK (live = (state NOT IN ('closed', 'cancelled', 'merged'))),
  office TEXT NOT NULL CHECK (office IN ('organisation', 'community', 'district')),
  organisation_id {uuid} REFERENCES organisation (id),
  assignee_id {uuid} REFERENCES person (id),
  level TEXT NOT NULL CHECK (level IN ('party', 'community', 'district')),
  response_due {int},
  resolution_due {int},
  response_left {int},
  resolution_left {int},
  responded {int},
  response_escalated {bool} NOT NULL,
  resolution_escalated {bool} NOT NULL,
  waiting_since {int},
  waiting_until {int},
  waiting_reason TEXT,
  waited_minutes {int} NOT NULL,
  resolved {int},
  ended {int},
  round {int} NOT NULL,
  merged_into {uuid} REFERENCES case_file (id),
  merged_from TEXT,
  merged {int},
  comments {int} NOT NULL,
  next_due {int} NOT NULL,
  wake {int},
  changed {int} NOT NULL,
  version {int} NOT NULL,
  UNIQUE (community_id, year, number),
  CHECK ((office = 'organisation') = (organisation_id IS NOT NULL)),
  CHECK ((state = 'waiting') <= (waiting_reason IS NOT NULL AND waiting_until IS NOT NULL)),
  CHECK ((state = 'merged') = (merged_into IS NOT NULL) AND merged_into <> id)
) {strict};
CREATE INDEX case_of_type ON case_file (type_id);
CREATE INDEX case_of_installation ON case_file (installation_id) WHERE installation_id IS NOT NULL;
CREATE INDEX case_of_parent ON case_file (parent_id, live) WHERE parent_id IS NOT NULL;
CREATE INDEX case_of_space ON case_file (space_id) WHERE space_id IS NOT NULL;
CREATE INDEX case_of_building ON case_file (building_id) WHERE building_id IS NOT NULL;
CREATE INDEX case_of_assignee ON case_file (assignee_id) WHERE assignee_id IS NOT NULL;
CREATE INDEX case_opened_for ON case_file (opened_for, live, installation_id) WHERE opened_for IS NOT NULL;
CREATE INDEX case_merged_into ON case_file (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX case_work_of_organisation ON case_file (organisation_id, community_id, next_due, id) WHERE live;
CREATE INDEX case_state_of_organisation ON case_file (organisation_id, community_id, state, next_due, id)
  WHERE organisation_id IS NOT NULL;
CREATE INDEX case_work_of_community ON case_file (community_id, next_due, id) WHERE live;
CREATE INDEX case_state_of_community ON case_file (community_id, state, next_due, id);
CREATE INDEX case_of_district ON case_file (next_due, id) WHERE live AND (office = 'district' OR level = 'district');
CREATE INDEX case_to_wake ON case_file (wake, id) WHERE wake IS NOT NULL;

CREATE TABLE case_details (
  case_id {uuid} PRIMARY KEY REFERENCES case_file (id),
  answers {json} NOT NULL
) {strict};

-- A party is a resident or other person, an organisation, the community's office, or somebody whom the host knows by
-- name only. A respondent whom the parent or a merged case brought along says from which.
CREATE TABLE case_party (
  id {uuid} PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES case_file (id),
  role TEXT NOT NULL CHECK (role IN ('reporter', 'subject', 'respondent', 'opposing-party', 'witness', 'helper')),
  person_id {uuid} REFERENCES person (id),
  organisation_id {uuid} REFERENCES organisation (id),
  community_office {bool} NOT NULL,
  name {bytes},
  contact {bytes},
  added {int} NOT NULL,
  added_by {uuid},
  removed {int},
  removed_by {uuid},
  brought_by {uuid} REFERENCES case_file (id),
  CHECK (CASE WHEN person_id IS NULL THEN 0 ELSE 1 END + CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END
    + CASE WHEN community_office THEN 1 ELSE 0 END + CASE WHEN name IS NULL THEN 0 ELSE 1 END = 1)
) {strict};
CREATE INDEX case_party_of_case ON case_party (case_id, added, id);
CREATE INDEX case_party_brought ON case_party (brought_by) WHERE brought_by IS NOT NULL;
CREATE INDEX case_party_of_organisation ON case_party (organisation_id) WHERE organisation_id IS NOT NULL;
CREATE INDEX case_party_of_person ON case_party (person_id, case_id) WHERE removed IS NULL AND person_id IS NOT NULL;
CREATE UNIQUE INDEX case_party_once ON case_party (case_id, person_id, role) WHERE removed IS NULL AND person_id IS NOT NULL;
CREATE UNIQUE INDEX case_party_owns_once ON case_party (case_id, person_id)
  WHERE removed IS NULL AND person_id IS NOT NULL AND role IN ('reporter', 'subject');
CREATE UNIQUE INDEX case_party_organisation_once ON case_party (case_id, organisation_id, role)
  WHERE removed IS NULL AND organisation_id IS NOT NULL;

CREATE TABLE case_handover (
  id {uuid} PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES case_file (id),
  community_id {uuid} NOT NULL REFERENCES community (id),
  office TEXT NOT NULL CHECK (office IN ('organisation', 'community', 'district')),
  organisation_id {uuid} REFERENCES organisation (id),
  reason TEXT NOT NULL,
  asked {int} NOT NULL,
  asked_by {uuid},
  expires {int} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'accepted', 'rejected', 'withdrawn', 'expired')),
  decided {int},
  decided_by {uuid},
  answer TEXT NOT NULL,
  CHECK ((office = 'organisation') = (organisation_id IS NOT NULL))
) {strict};
CREATE INDEX handover_of_case ON case_handover (case_id, asked, id);
CREATE UNIQUE INDEX handover_pending ON case_handover (case_id) WHERE state = 'pending';
CREATE INDEX handover_to_organisation ON case_handover (organisation_id, community_id, asked, id)
  WHERE state = 'pending' AND organisation_id IS NOT NULL;
CREATE INDEX handover_to_office ON case_handover (office, community_id, asked, id) WHERE state = 'pending';
CREATE INDEX handover_expiry ON case_handover (expires, id) WHERE state = 'pending';

CREATE TABLE case_comment (
  id {uuid} PRIMARY KEY,
  case_id {uuid} NOT NULL REFERENCES case_file (id),
  kind TEXT NOT NULL CHECK (kind IN ('internal', 'resident', 'public')),
  text TEXT NOT NULL,
  resident_id {uuid} REFERENCES person (id),
  author_id {uuid},
  author_office TEXT NOT NULL,
  at {int} NOT NULL,
  retracted {int},
  retracted_by {uuid}
) {strict};
CREATE INDEX comment_of_case ON case_comment (case_id, at, id);
CREATE INDEX comment_of_resident ON case_comment (resident_id) WHERE resident_id IS NOT NULL;
CREATE INDEX comment_of_case_for_residents ON case_comment (case_id, at, id) WHERE kind <> 'internal';

-- All that happened to a case, with where it stood and who answered for it from then on.
CREATE TABLE case_event (
  case_id {uuid} NOT NULL REFERENCES case_file (id),
  version {int} NOT NULL,
  at {int} NOT NULL,
  actor_id {uuid},
  actor_office TEXT NOT NULL,
  event TEXT NOT NULL,
  note TEXT NOT NULL,
  state TEXT NOT NULL,
  office TEXT NOT NULL,
  organisation_id {uuid},
  assignee_id {uuid},
  PRIMARY KEY (case_id, version)
) {strict};

CREATE TABLE case_rating (
  case_id {uuid} NOT NULL REFERENCES case_file (id),
  round {int} NOT NULL,
  person_id {uuid} NOT NULL REFERENCES person (id),
  stars {int} NOT NULL CHECK (stars BETWEEN 1 AND 5),
  text TEXT NOT NULL,
  at {int} NOT NULL,
  rated_by {uuid},
  PRIMARY KEY (case_id, round, person_id)
) {strict};
