
INSERT INTO stay (id, person_id, community_id, household_id, since, reason)
  SELECT randomblob(16), person.id, community_id, household_id,
    COALESCE((SELECT created FROM account WHERE account.person_id = person.id), unixepoch() * 1000000), ''
  FROM person WHERE community_id IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM stay WHERE stay.person_id = person.id AND stay.until IS NULL);
