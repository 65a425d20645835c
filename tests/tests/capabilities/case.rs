//! `cases`, `case-transfer`.

use crate::probe::{Probe, done, id, ids, refused};
use linli_core::{Admin, Caller, account, act, installation, organisation};
use linli_domain::Localised;
use linli_world::{on_both, resident, worker};

const OPENING: [(&str, &str); 6] = [
    ("kind", "request"),
    ("title", "A loose step"),
    ("text", "On the stairs of 2-1"),
    ("category", "stairs"),
    ("priority", "normal"),
    ("place", "2-1"),
];

on_both!(a_case_is_opened_worked_answered_and_rated, |world| {
    let probe = Probe::new(&world).await?;
    let (li, staff) = (resident(world.li), worker(world.worker));
    for call in [
        "open-case",
        "accept",
        "assign",
        "start",
        "wait",
        "resume",
        "resolve",
        "close",
        "reopen",
        "cancel",
        "withdraw",
        "add-comment",
        "rate",
    ] {
        probe.cannot_write(&li, &format!("cases.{call}")).await?;
    }
    let mut unknown = OPENING;
    unknown[0].1 = "complaint";
    let said = probe.act(&li, "cases.open-case", &unknown).await?;
    refused(&said, "NotFound");
    let said = probe.act(&li, "cases.open-case", &OPENING).await?;
    assert!(
        said.contains("number: \"2026-000001\"") && said.contains("kind: \"Request\""),
        "{said}"
    );
    let case = id(&said, "CaseRef")?;
    let of_case = [("case", case.as_str())];
    // A resident does not deal with it; another resident and another plugin know of none.
    let said = probe.act(&li, "cases.accept", &of_case).await?;
    refused(&said, "NotAllowed");
    let wang = resident(world.wang);
    refused(
        &probe.view(&wang, "cases.find", &of_case).await?,
        "NotFound",
    );
    let other = Probe::without(&world, "care/other", &[]).await?;
    refused(&other.view(&li, "cases.find", &of_case).await?, "NotFound");
    refused(
        &other.view(&staff, "cases.find", &of_case).await?,
        "NotFound",
    );
    refused(
        &other.act(&staff, "cases.accept", &of_case).await?,
        "NotFound",
    );
    for (caller, call) in [(&li, "cases.list-own"), (&staff, "cases.list-work")] {
        let said = other.view(caller, call, &[]).await?;
        assert!(said.contains("items: []"), "{call}: {said}");
        let said = probe.view(caller, call, &[]).await?;
        assert_eq!(ids(&said, "CaseRef"), std::slice::from_ref(&case), "{call}");
    }
    done(&probe.act(&staff, "cases.accept", &of_case).await?);
    done(&probe.act(&staff, "cases.start", &of_case).await?);
    let comment = [
        ("case", case.as_str()),
        ("kind", "internal"),
        ("text", "Ladder needed"),
    ];
    done(&probe.act(&staff, "cases.add-comment", &comment).await?);
    refused(
        &probe.act(&li, "cases.add-comment", &comment).await?,
        "NotAllowed",
    );
    let said = probe.view(&li, "cases.list-comments", &of_case).await?;
    assert!(!said.contains("Ladder"), "{said}");
    let until = linli_world::NOW.plus_days(40).0.to_string();
    let waits = [
        ("case", case.as_str()),
        ("reason", "parts"),
        ("until", until.as_str()),
    ];
    refused(
        &probe.act(&staff, "cases.wait", &waits).await?,
        "wait-too-long",
    );
    let answer = [("case", case.as_str()), ("text", "Mended")];
    done(&probe.act(&staff, "cases.resolve", &answer).await?);
    refused(
        &probe.act(&staff, "cases.resolve", &answer).await?,
        "wrong-state",
    );
    let said = probe.view(&li, "cases.list-comments", &of_case).await?;
    assert!(
        said.contains("Mended") && said.contains("author: None"),
        "{said}"
    );
    done(&probe.act(&li, "cases.close", &of_case).await?);
    let stars = [("case", case.as_str()), ("stars", "5")];
    done(&probe.act(&li, "cases.rate", &stars).await?);
    refused(
        &probe.act(&li, "cases.rate", &stars).await?,
        "already-rated",
    );
    let said = probe.view(&staff, "cases.find", &of_case).await?;
    assert!(
        said.contains("stars: Some(5)") && said.contains("event: \"resolved\""),
        "{said}"
    );
});

on_both!(a_case_against_them_is_not_theirs, |world| {
    let probe = Probe::new(&world).await?;
    let (li, staff) = (resident(world.li), worker(world.worker));
    let against = [
        &OPENING[..],
        &[("organisation", "care"), ("role", "respondent")],
    ]
    .concat();
    let said = probe.act(&li, "cases.open-case", &against).await?;
    let case = id(&said, "CaseRef")?;
    let of_case = [("case", case.as_str())];
    refused(
        &probe.view(&staff, "cases.find", &of_case).await?,
        "NotFound",
    );
    refused(
        &probe.act(&staff, "cases.accept", &of_case).await?,
        "NotFound",
    );
    let said = probe.view(&li, "cases.find", &of_case).await?;
    assert!(said.contains("A loose step"), "{said}");
});

on_both!(
    a_case_goes_to_another_organisation_and_only_with_its_consent,
    |world| {
        let admin = Admin::at_command_line();
        act!(world.core, |work| async {
            let law = organisation::register(work, &admin, "law", &Localised::new("法援", "Law"))
                .await?
                .id;
            account::grant_staff_role(
                work,
                &admin,
                world.wang,
                law,
                Some(world.east),
                "care-worker",
            )
            .await
        }
        .await)?;
        let probe = Probe::new(&world).await?;
        let law = Probe::without(&world, "law/aid", &[]).await?;
        let (li, staff, lawyer) = (resident(world.li), worker(world.worker), worker(world.wang));
        let said = probe.act(&li, "cases.open-case", &OPENING).await?;
        let case = id(&said, "CaseRef")?;
        let of_case = [("case", case.as_str())];
        for call in ["ask", "accept", "reject", "withdraw"] {
            probe
                .cannot_write(&staff, &format!("case-transfer.{call}"))
                .await?;
        }
        let ask = |office| {
            [
                ("case", case.as_str()),
                ("office", office),
                ("reason", "A question of law"),
            ]
        };
        refused(
            &probe.act(&li, "case-transfer.ask", &ask("law")).await?,
            "NotAllowed",
        );
        refused(
            &probe
                .act(&staff, "case-transfer.ask", &ask("nobody"))
                .await?,
            "NotFound",
        );
        // Another organisation cannot hand over what is not its own.
        refused(
            &law.act(&lawyer, "case-transfer.ask", &ask("community"))
                .await?,
            "NotFound",
        );
        let said = probe.act(&staff, "case-transfer.ask", &ask("law")).await?;
        let handover = id(&said, "HandoverRef")?;
        refused(
            &law.view(&lawyer, "cases.find", &of_case).await?,
            "NotFound",
        );
        let of_handover = [("handover", handover.as_str())];
        refused(
            &probe
                .act(&staff, "case-transfer.accept", &of_handover)
                .await?,
            "NotFound",
        );
        let said = law
            .view(&lawyer, "case-transfer.list-incoming", &[])
            .await?;
        assert_eq!(ids(&said, "HandoverRef"), std::slice::from_ref(&handover));
        done(
            &law.act(&lawyer, "case-transfer.accept", &of_handover)
                .await?,
        );
        refused(
            &law.act(&lawyer, "case-transfer.accept", &of_handover)
                .await?,
            "handover-over",
        );
        let said = law.view(&lawyer, "cases.find", &of_case).await?;
        assert!(said.contains("handover-accepted"), "{said}");
        let said = law.view(&lawyer, "cases.list-work", &[]).await?;
        assert_eq!(ids(&said, "CaseRef"), std::slice::from_ref(&case));
        refused(
            &probe
                .act(&staff, "cases.resolve", &[("case", &case), ("text", "No")])
                .await?,
            "",
        );
        done(&law.act(&lawyer, "cases.start", &of_case).await?);
        done(
            &law.act(
                &lawyer,
                "cases.resolve",
                &[("case", &case), ("text", "Yes")],
            )
            .await?,
        );
    }
);

on_both!(what_is_disabled_opens_nothing, |world| {
    let probe = Probe::new(&world).await?;
    act!(world.core, |work| installation::disable(
        work,
        &Admin::at_command_line(),
        probe.service.id()
    )
    .await)?;
    // Whoever had the page open before is told that it has changed.
    let answer = probe
        .act(&resident(world.li), "cases.open-case", &OPENING)
        .await;
    let why = answer.map_err(|error| error.to_string());
    assert!(
        matches!(&why, Err(why) if why.contains("Changed")),
        "{why:?}"
    );
    // The operation itself refuses it as well, for whoever comes another way.
    let opening = linli_core::case::Opening {
        community: world.east,
        installation: Some(probe.service.id()),
        kind: "request".into(),
        title: "A loose step".into(),
        description: String::new(),
        category: "stairs".into(),
        priority: linli_domain::case::Priority::Normal,
        place: Default::default(),
        parties: Vec::new(),
        parent: None,
        details: None,
    };
    let actor = |caller: Caller| caller.actor(&probe.service);
    let opened = act!(world.core, |work| linli_core::case::open(
        work,
        &actor(resident(world.li)),
        &opening
    )
    .await);
    assert_eq!(
        linli_world::refusal(opened),
        linli_core::Refusal::NotAllowed
    );
    // Nor does an installation that is of another community or of another organisation.
    let mut elsewhere = opening.clone();
    elsewhere.community = world.west;
    let opened = act!(world.core, |work| linli_core::case::open(
        work,
        &actor(resident(world.li)),
        &elsewhere
    )
    .await);
    assert_eq!(
        linli_world::refusal(opened),
        linli_core::Refusal::NotAllowed
    );
});
