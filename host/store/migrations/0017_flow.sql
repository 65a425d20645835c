-- What a notice offers, so that it is called off when the offer is over: a booking, an appointment or an enrolment.
ALTER TABLE notice ADD COLUMN about {uuid};
ALTER TABLE notice ADD COLUMN withdrawn {int};
CREATE INDEX notice_about ON notice (about) WHERE about IS NOT NULL;

-- From when on a calendar's capacity holds: lowering it asks nothing of appointments that were over by then.
ALTER TABLE calendar ADD COLUMN capacity_from {int} NOT NULL DEFAULT 0;

-- Changes of sessions, as calendar programs count them.
ALTER TABLE course_session ADD COLUMN sequence {int} NOT NULL DEFAULT 0;
ALTER TABLE course_session ADD COLUMN changed {int} NOT NULL DEFAULT 0;

-- Messages of topics that a subscriber could not do after the last attempt, until an admin has them tried again or puts
-- them away.
ALTER TABLE topic_cursor ADD COLUMN problem TEXT NOT NULL DEFAULT '';
CREATE TABLE topic_dead_letter (
  subscriber_id {uuid} NOT NULL,
  name TEXT NOT NULL,
  position {int} NOT NULL,
  message_id {uuid} NOT NULL REFERENCES topic_message (id) ON DELETE CASCADE,
  state TEXT NOT NULL CHECK (state IN ('dead', 'retry')),
  attempts {int} NOT NULL CHECK (attempts > 0),
  problem TEXT NOT NULL,
  died {int} NOT NULL,
  PRIMARY KEY (subscriber_id, name, position)
) {strict};
CREATE INDEX topic_dead_letter_of_message ON topic_dead_letter (message_id);
CREATE INDEX topic_dead_letter_dead ON topic_dead_letter (died, message_id) WHERE state = 'dead';
