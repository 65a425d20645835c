CREATE TABLE _sqlx_migrations (
    version BIGINT PRIMARY KEY,
    description TEXT NOT NULL,
    installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL,
    checksum BLOB NOT NULL,
    execution_time BIGINT NOT NULL
);
INSERT INTO _sqlx_migrations VALUES (2, 'ledger', '2026-11-24 15:57:44', 1, X'E6D6B9D0C34AC362E0F66F039B5E479169B58BF6C5A9513E9D5BC21D1F70A8DE043E5AE4DFF7B673958DD310FE3B5168', 663295);
INSERT INTO _sqlx_migrations VALUES (13, 'ledger grounds', '2026-11-24 15:57:44', 1, X'CB4B01B40F2FCE6B61143FEDFCC4C87243FC08C77DD15D67269F4AD9A0B332835A0F743C1DA28DA5E12D35A53960A477', 634733);
CREATE TABLE disclosure (
  id BLOB PRIMARY KEY,
  resident_id BLOB NOT NULL,
  installation_id BLOB NOT NULL,
  actor_id BLOB,
  fields TEXT NOT NULL,
  purposes TEXT NOT NULL,
  basis TEXT NOT NULL,
  shown INTEGER NOT NULL,
  invocation_id BLOB NOT NULL,
  at INTEGER NOT NULL
, ground TEXT) STRICT;
CREATE TABLE plugin_log (
  id BLOB PRIMARY KEY,
  installation_id BLOB NOT NULL,
  invocation_id BLOB NOT NULL,
  level TEXT NOT NULL,
  line TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE TABLE failure (
  id BLOB PRIMARY KEY,
  installation_id BLOB NOT NULL,
  invocation_id BLOB NOT NULL,
  reason TEXT NOT NULL,
  report TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX disclosure_of_resident ON disclosure (resident_id, at);
CREATE INDEX plugin_log_of_installation ON plugin_log (installation_id, at);
CREATE INDEX failure_of_installation ON failure (installation_id, at);
CREATE INDEX disclosure_by_time ON disclosure (at, id);
CREATE INDEX plugin_log_by_time ON plugin_log (at, id);
CREATE INDEX failure_by_time ON failure (at, id);
