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
