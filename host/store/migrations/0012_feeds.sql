-- iCalendar feeds with a secret address, of which only a keyed hash is kept.

CREATE TABLE feed (
  id {uuid} PRIMARY KEY,
  person_id {uuid} REFERENCES person (id),
  space_id {uuid} REFERENCES space (id),
  token_hash {bytes} NOT NULL UNIQUE,
  made {int} NOT NULL,
  revoked {int},
  CHECK ((person_id IS NULL) <> (space_id IS NULL))
) {strict};
CREATE UNIQUE INDEX feed_of_person ON feed (person_id) WHERE revoked IS NULL AND person_id IS NOT NULL;
CREATE UNIQUE INDEX feed_of_space ON feed (space_id) WHERE revoked IS NULL AND space_id IS NOT NULL;
