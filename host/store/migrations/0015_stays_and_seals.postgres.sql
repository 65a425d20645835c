
INSERT INTO stay (id, person_id, community_id, household_id, since, reason)
  SELECT gen_random_uuid(), person.id, community_id, household_id,
    COALESCE((SELECT created FROM account WHERE account.person_id = person.id),
      CAST(extract(epoch FROM now()) * 1000000 AS BIGINT)), ''
  FROM person WHERE community_id IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM stay WHERE stay.person_id = person.id AND stay.until IS NULL);
