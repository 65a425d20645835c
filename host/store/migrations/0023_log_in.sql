-- Logging in: what sessions people have, codes by mail, invitations to roles.

-- A session from before cannot say since when it lasts or on what it is: whoever has one logs in again.
DROP TABLE session;
CREATE TABLE session (
  id TEXT PRIMARY KEY,
  handle {uuid} NOT NULL UNIQUE,
  person_id {uuid} REFERENCES person (id),
  data {json} NOT NULL,
  device TEXT NOT NULL,
  begun {int} NOT NULL,
  seen {int} NOT NULL,
  expires {int} NOT NULL,
  CONSTRAINT session_in_time CHECK (begun <= seen AND seen < expires)
) {strict};
CREATE INDEX session_by_expiry ON session (expires);
CREATE INDEX session_of_person ON session (person_id, begun) WHERE person_id IS NOT NULL;

-- The log-in name that a failure was a guess at, so that a new password can forget it from every address.
ALTER TABLE login_failure ADD COLUMN name TEXT NOT NULL DEFAULT '';
CREATE INDEX login_failure_of_name ON login_failure (name) WHERE name <> '';

-- The code itself is nowhere: it is a keyed hash of the id. A name that nobody has gets a row as well.
CREATE TABLE login_code (
  id {uuid} PRIMARY KEY,
  person_id {uuid} REFERENCES person (id),
  name_hash {bytes} NOT NULL,
  asked {int} NOT NULL,
  expires {int} NOT NULL,
  attempts {int} NOT NULL CHECK (attempts BETWEEN 0 AND 5),
  posted {int},
  used {int},
  CONSTRAINT used_in_time CHECK (used IS NULL OR used < expires)
) {strict};
CREATE INDEX login_code_of_person ON login_code (person_id);
CREATE INDEX login_code_of_name ON login_code (name_hash, asked);
CREATE INDEX login_code_by_age ON login_code (expires);
CREATE INDEX login_code_to_post ON login_code (asked, id) WHERE posted IS NULL AND person_id IS NOT NULL;

CREATE TABLE invitation (
  id {uuid} PRIMARY KEY,
  code_hash {bytes} NOT NULL UNIQUE,
  name TEXT NOT NULL,
  email {bytes},
  locale TEXT NOT NULL,
  role TEXT NOT NULL,
  organisation_id {uuid} REFERENCES organisation (id),
  community_id {uuid} REFERENCES community (id),
  role_expires {int},
  invited_by {uuid} REFERENCES person (id),
  created {int} NOT NULL,
  expires {int} NOT NULL,
  accepted {int},
  accepted_by {uuid} REFERENCES person (id),
  revoked {int},
  revoked_by {uuid} REFERENCES person (id),
  CONSTRAINT invitation_ends_once CHECK (accepted IS NULL OR revoked IS NULL),
  CONSTRAINT invitation_in_time CHECK (accepted IS NULL OR accepted < expires),
  CHECK ((accepted IS NULL) = (accepted_by IS NULL))
) {strict};
CREATE INDEX invitation_by_age ON invitation (created, id);
CREATE INDEX invitation_of_organisation ON invitation (organisation_id);
CREATE INDEX invitation_of_community ON invitation (community_id);
CREATE INDEX invitation_of_inviter ON invitation (invited_by);
CREATE INDEX invitation_of_accepter ON invitation (accepted_by);
CREATE INDEX invitation_of_revoker ON invitation (revoked_by);
