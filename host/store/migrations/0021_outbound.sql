-- Requests of plugins to recipients outside the host: what an admin granted, the secrets that go with it, the queue.

-- What was granted is kept as it was declared then: a release that names other hosts has to be granted anew.
CREATE TABLE outbound_grant (
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  recipient TEXT NOT NULL,
  declared {json} NOT NULL,
  granted {int} NOT NULL,
  granted_by {uuid} REFERENCES person (id),
  PRIMARY KEY (installation_id, recipient)
) {strict};
CREATE INDEX outbound_grant_of_granter ON outbound_grant (granted_by);

-- A secret lives no longer than the grant that it was entered for.
CREATE TABLE outbound_secret (
  id {uuid} PRIMARY KEY,
  installation_id {uuid} NOT NULL,
  recipient TEXT NOT NULL,
  name TEXT NOT NULL,
  value {bytes} NOT NULL,
  entered {int} NOT NULL,
  entered_by {uuid} REFERENCES person (id),
  UNIQUE (installation_id, recipient, name),
  FOREIGN KEY (installation_id, recipient) REFERENCES outbound_grant (installation_id, recipient) ON DELETE CASCADE
) {strict};
CREATE INDEX outbound_secret_of_enterer ON outbound_secret (entered_by);

-- `content` and `reply` are sealed. `tell_at` is when the plugin is told what became of it, `told` when it was.
CREATE TABLE outbound_request (
  id {uuid} PRIMARY KEY,
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  recipient TEXT NOT NULL,
  resident_id {uuid} REFERENCES person (id),
  content {bytes} NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead', 'dropped')),
  attempts {int} NOT NULL,
  next_try {int} NOT NULL,
  claimed_by {uuid},
  problem TEXT NOT NULL,
  reply {bytes},
  tell_at {int},
  tell_attempts {int} NOT NULL,
  told {int},
  created {int} NOT NULL,
  ended {int},
  CONSTRAINT outbound_ended CHECK ((state = 'waiting') = (ended IS NULL)),
  CONSTRAINT outbound_held CHECK (claimed_by IS NULL OR state = 'waiting'),
  CONSTRAINT outbound_tells CHECK ((tell_at IS NULL AND told IS NULL) OR reply IS NOT NULL)
) {strict};
CREATE INDEX outbound_due ON outbound_request (installation_id, next_try, id) WHERE state = 'waiting';
CREATE INDEX outbound_to_tell ON outbound_request (installation_id, tell_at, id) WHERE tell_at IS NOT NULL;
CREATE INDEX outbound_of_installation ON outbound_request (installation_id, created, id);
CREATE INDEX outbound_about_resident ON outbound_request (resident_id) WHERE resident_id IS NOT NULL;
CREATE INDEX outbound_by_age ON outbound_request (created);
