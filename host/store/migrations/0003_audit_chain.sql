-- The audit's rows are appended unlinked; one sealer links them after commit (host/core/src/audit.rs).

-- A random number that is hashed with the row; without it nobody can guess an erased row from its commitment.
ALTER TABLE audit ADD COLUMN salt {bytes};
-- Whether the row has a link.
ALTER TABLE audit ADD COLUMN linked {bool} NOT NULL DEFAULT FALSE;
CREATE INDEX audit_unlinked ON audit (at, id) WHERE NOT linked;
CREATE INDEX audit_of_actor ON audit (actor_id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_of_subject ON audit (subject_id) WHERE subject_id IS NOT NULL;
CREATE INDEX audit_of_object ON audit (object);
CREATE INDEX audit_for ON audit ((detail ->> 'for'));

CREATE TABLE audit_link (
  sequence {int} PRIMARY KEY CHECK (sequence > 0),
  audit_id {uuid} NOT NULL UNIQUE,
  commitment {bytes} NOT NULL,
  link {bytes} NOT NULL
) {strict};

-- The last link, signed with the host's lookup key.
CREATE TABLE audit_head (
  id {int} PRIMARY KEY CHECK (id = 1),
  sequence {int} NOT NULL,
  link {bytes} NOT NULL,
  signature {bytes} NOT NULL
) {strict};
