-- What survives the rollback of an invocation. On SQLite this is a file of its own, so that a view never waits for an act.

CREATE TABLE disclosure (
  id {uuid} PRIMARY KEY,
  resident_id {uuid} NOT NULL,
  installation_id {uuid} NOT NULL,
  actor_id {uuid},
  fields {json} NOT NULL,
  purposes {json} NOT NULL,
  basis TEXT NOT NULL,
  shown {bool} NOT NULL,
  invocation_id {uuid} NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX disclosure_of_resident ON disclosure (resident_id, at);

CREATE TABLE plugin_log (
  id {uuid} PRIMARY KEY,
  installation_id {uuid} NOT NULL,
  invocation_id {uuid} NOT NULL,
  level TEXT NOT NULL,
  line TEXT NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX plugin_log_of_installation ON plugin_log (installation_id, at);

CREATE TABLE failure (
  id {uuid} PRIMARY KEY,
  installation_id {uuid} NOT NULL,
  invocation_id {uuid} NOT NULL,
  reason TEXT NOT NULL,
  report {json} NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX failure_of_installation ON failure (installation_id, at);
