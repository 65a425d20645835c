//! `enrolments`.

use crate::probe::{Probe, done, id, ids, refused};
use linli_world::{on_both, resident, tomorrow, worker};

const COURSE: [(&str, &str); 5] = [
    ("kind", "sessions"),
    ("capacity", "1"),
    ("ratio", "1"),
    ("first", "2026-11-25"),
    ("end", "2026-12-25"),
];

on_both!(
    a_course_is_offered_filled_waited_for_and_attended,
    |world| {
        let probe = Probe::new(&world).await?;
        let (li, wang, staff) = (
            resident(world.li),
            resident(world.wang),
            worker(world.worker),
        );
        for call in [
            "create-course",
            "change-course",
            "set-staff",
            "enrol",
            "accept",
            "cancel",
            "leave-on",
            "transfer",
            "plan-sessions",
            "cancel-session",
            "check-in",
            "check-out",
            "note-attendance",
        ] {
            probe
                .cannot_write(&staff, &format!("enrolments.{call}"))
                .await?;
        }
        refused(
            &probe.act(&li, "enrolments.create-course", &COURSE).await?,
            "NotAllowed",
        );
        let said = probe
            .act(&staff, "enrolments.create-course", &COURSE)
            .await?;
        assert!(
            said.contains("places: 0"),
            "nobody looks after anybody: {said}"
        );
        let course = id(&said, "CourseRef")?;
        let refs = (
            probe.person(world.li)?,
            probe.person(world.wang)?,
            probe.person(world.worker)?,
        );
        let assign = |person| {
            [
                ("course", course.as_str()),
                ("person", person),
                ("assigned", "true"),
            ]
        };
        refused(
            &probe
                .act(&staff, "enrolments.set-staff", &assign(&refs.0))
                .await?,
            "NotFound",
        );
        let said = probe
            .act(&staff, "enrolments.set-staff", &assign(&refs.2))
            .await?;
        assert!(said.contains("places: 1"), "{said}");
        // It is this plugin's and no other's.
        let other = Probe::without(&world, "care/other", &[]).await?;
        let of_course = [("course", course.as_str())];
        refused(
            &other
                .view(&li, "enrolments.find-course", &of_course)
                .await?,
            "NotFound",
        );
        refused(
            &other
                .act(&staff, "enrolments.plan-sessions", &of_course)
                .await?,
            "NotFound",
        );
        let said = other.view(&li, "enrolments.list-courses", &[]).await?;
        assert!(said.contains("items: []"), "{said}");

        let enrol = |resident| [("course", course.as_str()), ("resident", resident)];
        refused(
            &probe.act(&li, "enrolments.enrol", &enrol(&refs.1)).await?,
            "NotAllowed",
        );
        let zhao = probe.person(world.zhao)?;
        refused(
            &probe.act(&staff, "enrolments.enrol", &enrol(&zhao)).await?,
            "NotFound",
        );
        let said = probe.act(&li, "enrolments.enrol", &enrol(&refs.0)).await?;
        assert!(said.contains("state: \"enrolled\""), "{said}");
        let first = id(&said, "EnrolmentRef")?;
        refused(
            &probe.act(&li, "enrolments.enrol", &enrol(&refs.0)).await?,
            "already-enrolled",
        );
        let said = probe
            .act(&wang, "enrolments.enrol", &enrol(&refs.1))
            .await?;
        assert!(said.contains("state: \"waiting\""), "{said}");
        let second = id(&said, "EnrolmentRef")?;
        let said = probe
            .view(&wang, "enrolments.position", &[("enrolment", &second)])
            .await?;
        assert_eq!(said, "Ok(Some(1))");
        refused(
            &probe
                .view(&wang, "enrolments.find", &[("enrolment", &first)])
                .await?,
            "NotFound",
        );
        refused(
            &other
                .view(&wang, "enrolments.find", &[("enrolment", &second)])
                .await?,
            "NotFound",
        );
        refused(
            &probe
                .view(&wang, "enrolments.list-of-course", &of_course)
                .await?,
            "NotAllowed",
        );
        let said = probe
            .view(&staff, "enrolments.list-of-course", &of_course)
            .await?;
        assert_eq!(ids(&said, "EnrolmentRef"), [first.clone(), second.clone()]);
        // Fewer places than are taken there cannot be, nor fewer staff.
        let mut off = assign(&refs.2);
        off[2].1 = "false";
        refused(
            &probe.act(&staff, "enrolments.set-staff", &off).await?,
            "places-taken",
        );

        let plan = [
            ("course", course.as_str()),
            ("from", "2026-11-25"),
            ("days", "2"),
        ];
        assert_eq!(
            probe.act(&staff, "enrolments.plan-sessions", &plan).await?,
            "Ok(2)"
        );
        let (starts, ends) = (
            tomorrow(0).starts.0.to_string(),
            tomorrow(23).ends.0.to_string(),
        );
        let within = [
            ("course", course.as_str()),
            ("starts", &starts),
            ("ends", &ends),
        ];
        let said = probe.view(&li, "enrolments.list-sessions", &within).await?;
        let session = id(&said, "SessionRef")?;
        let attend = |enrolment| [("session", session.as_str()), ("enrolment", enrolment)];
        refused(
            &probe
                .act(&staff, "enrolments.check-in", &attend(&first))
                .await?,
            "not-that-day",
        );
        world.clock.set(tomorrow(9).starts);
        refused(
            &probe
                .act(&li, "enrolments.check-in", &attend(&first))
                .await?,
            "NotAllowed",
        );
        refused(
            &probe
                .act(&staff, "enrolments.check-in", &attend(&second))
                .await?,
            "not-that-day",
        );
        assert_eq!(
            probe
                .act(&staff, "enrolments.check-in", &attend(&first))
                .await?,
            "Ok(\"present\")"
        );
        let said = probe
            .view(
                &staff,
                "enrolments.list-attendance",
                &[("session", &session)],
            )
            .await?;
        assert!(said.contains("status: \"present\""), "{said}");
        done(
            &probe
                .act(&staff, "enrolments.check-out", &attend(&first))
                .await?,
        );
        // Who leaves makes room for who waits.
        done(
            &probe
                .act(&li, "enrolments.cancel", &[("enrolment", &first)])
                .await?,
        );
        let said = probe
            .act(&wang, "enrolments.accept", &[("enrolment", &second)])
            .await?;
        assert!(said.contains("state: \"enrolled\""), "{said}");
        let said = probe
            .view(
                &wang,
                "enrolments.list-of-resident",
                &[("resident", &refs.1)],
            )
            .await?;
        assert_eq!(ids(&said, "EnrolmentRef"), [second]);
        refused(
            &probe
                .view(&li, "enrolments.list-of-resident", &[("resident", &refs.1)])
                .await?,
            "NotAllowed",
        );
    }
);
