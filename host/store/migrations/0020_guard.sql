-- What keeps an installation's trouble its own: budgets that the admin changed, and the circuit breaker's state.

ALTER TABLE installation ADD COLUMN budgets {json} NOT NULL DEFAULT '{}';
ALTER TABLE installation ADD COLUMN breaker {json};
CREATE INDEX notice_of_installation ON notice (installation_id, created) WHERE installation_id IS NOT NULL;

-- The calls of the host of an invocation that failed, as they were: sealed, for the district's eyes. The id is the invocation's.
CREATE TABLE failure_recording (
  id {uuid} PRIMARY KEY,
  installation_id {uuid} NOT NULL REFERENCES installation (id),
  content {bytes} NOT NULL,
  at {int} NOT NULL
) {strict};
CREATE INDEX failure_recording_of_installation ON failure_recording (installation_id);
CREATE INDEX failure_recording_by_time ON failure_recording (at);
