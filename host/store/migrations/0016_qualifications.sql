-- What members of an organisation's staff have shown that they are qualified for. `told`: when it was told that it ran out.
CREATE TABLE qualification (
  id {uuid} PRIMARY KEY,
  person_id {uuid} NOT NULL REFERENCES person (id),
  organisation_id {uuid} NOT NULL REFERENCES organisation (id),
  code TEXT NOT NULL,
  issuer TEXT NOT NULL CHECK (issuer <> ''),
  valid_until TEXT NOT NULL,
  recorded {int} NOT NULL,
  recorded_by {uuid} REFERENCES person (id),
  withdrawn {int},
  withdrawn_by {uuid} REFERENCES person (id),
  told {int}
) {strict};
CREATE UNIQUE INDEX qualification_live ON qualification (person_id, organisation_id, code) WHERE withdrawn IS NULL;
CREATE INDEX qualification_of_person ON qualification (person_id, recorded);
CREATE INDEX qualification_of_organisation ON qualification (organisation_id, valid_until, id);
CREATE INDEX qualification_to_tell ON qualification (valid_until, id) WHERE withdrawn IS NULL AND told IS NULL;
CREATE INDEX qualification_of_recorder ON qualification (recorded_by);
CREATE INDEX qualification_of_withdrawer ON qualification (withdrawn_by);

-- A consent is the business of one plugin: its message is for that plugin alone.
ALTER TABLE topic_message ADD COLUMN plugin TEXT;
-- When it was told that a consent ran out. What ran out before is not told any more.
ALTER TABLE consent ADD COLUMN told {int};
UPDATE consent SET told = expires WHERE withdrawn IS NOT NULL OR expires <= COALESCE((SELECT max(at) FROM audit), 0);
CREATE INDEX consent_to_tell ON consent (expires, id) WHERE withdrawn IS NULL AND told IS NULL;
