-- A disclosure says the article of the duty or the reason of the emergency that it rests on; the ledger is kept for a time.

ALTER TABLE disclosure ADD COLUMN ground {json};
CREATE INDEX disclosure_by_time ON disclosure (at, id);
CREATE INDEX plugin_log_by_time ON plugin_log (at, id);
CREATE INDEX failure_by_time ON failure (at, id);
