-- What the host publishes: a durable log. A message gets its position after it was committed, so that no reader who has
-- passed a position can miss a message that was committed later.

CREATE TABLE topic_message (
  id {uuid} PRIMARY KEY,
  name TEXT NOT NULL,
  community_id {uuid} NOT NULL REFERENCES community (id),
  subject_id {uuid} NOT NULL REFERENCES person (id),
  at {int} NOT NULL,
  position {int} UNIQUE
) {strict};
CREATE INDEX topic_message_to_place ON topic_message (at, id) WHERE position IS NULL;
CREATE INDEX topic_message_of_topic ON topic_message (name, community_id, position);
CREATE INDEX topic_message_of_subject ON topic_message (subject_id);
CREATE INDEX topic_message_of_community ON topic_message (community_id);

-- How far a subscriber has come in a topic of a community, and who works on it now.
CREATE TABLE topic_cursor (
  subscriber_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  community_id {uuid} NOT NULL REFERENCES community (id),
  position {int} NOT NULL,
  attempts {int} NOT NULL,
  next_try {int} NOT NULL,
  claimed_by {uuid},
  PRIMARY KEY (subscriber_id, name)
) {strict};
CREATE INDEX topic_cursor_of_community ON topic_cursor (community_id);

-- Days whose birthdays have been told.
CREATE TABLE birthday_run (
  day TEXT PRIMARY KEY,
  at {int} NOT NULL
) {strict};
CREATE INDEX person_by_birth ON person (birth_date, id) WHERE community_id IS NOT NULL;
