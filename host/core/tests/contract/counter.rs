//! Staff act at the counter for a resident who is there.

use linli_core::counter::{self, CounterRefusal};
use linli_core::delegation::{self, NewDelegation};
use linli_core::store::counter::CounterSession;
use linli_core::{
    Admin, Channel, CommunityStaff, Login, Mode, Office, Refusal, Result, account, act, resident,
    view,
};
use linli_domain::delegation::{DelegationKind, Scope};
use linli_domain::*;
use linli_world::{World, on_both, refusal};

/// Zhao, who lives in `west`, is staff of `east`.
async fn clerk(world: &World) -> CommunityStaff {
    act!(world.core, |work| account::grant_community_staff(
        work,
        &Admin::at_command_line(),
        world.zhao,
        Some(world.east)
    )
    .await)
    .unwrap();
    let login = view!(world.core, |work| Login::find(work, world.zhao).await)
        .unwrap()
        .unwrap();
    assert!(login.community_staff(world.west).is_err());
    login.community_staff(world.east).unwrap()
}

async fn begin(
    world: &World,
    staff: &CommunityStaff,
    resident: PersonId,
) -> Result<CounterSession> {
    act!(world.core, |work| counter::begin(
        work,
        staff,
        resident,
        "居民身份证"
    )
    .await)
}

async fn inbox(world: &World, person: PersonId) -> Vec<String> {
    let mut work = world.core.begin(Mode::View).await.unwrap();
    let after = (Instant(i64::MAX), NoticeId(uuid::Uuid::max()));
    let mut notices = work.tx.list_notices(person, after, 50).await.unwrap();
    notices.reverse();
    notices
        .into_iter()
        .map(|notice| notice.body.text.en)
        .collect()
}

on_both!(
    what_is_done_at_the_counter_is_confirmed_to_the_resident,
    |world| {
        let staff = clerk(&world).await;
        let session = begin(&world, &staff, world.wang).await?;
        let actor = view!(world.core, |work| counter::actor(work, &staff, session.id)
            .await)?;
        assert_eq!(
            (actor.person, actor.subject, actor.office, actor.channel),
            (
                Some(world.zhao),
                Some(world.wang),
                Office::Counter(world.east),
                Channel::Counter
            )
        );
        assert!(
            !actor.governs(world.east),
            "what they do there is the resident's act, not their own"
        );
        let new = NewDelegation {
            resident: world.wang,
            delegate: world.daughter,
            kind: DelegationKind::Delegate,
            scope: Scope::all(),
            evidence: "signed before me".into(),
            expires: None,
        };
        act!(world.core, |work| delegation::grant(work, &actor, &new)
            .await)?;
        let told = inbox(&world, world.wang).await;
        assert_eq!(told.len(), 3, "begun, done, and what it changed: {told:?}");
        assert!(
            told.iter()
                .any(|text| text.contains("赵敏 did this") && text.contains("delegation made"))
        );
        let other = NewDelegation {
            resident: world.li,
            ..new
        };
        let other = act!(world.core, |work| delegation::grant(work, &actor, &other)
            .await);
        assert_eq!(refusal(other), Refusal::NotAllowed, "only for who is there");
    }
);

on_both!(a_session_is_short_and_belongs_to_who_began_it, |world| {
    let staff = clerk(&world).await;
    let session = begin(&world, &staff, world.wang).await?;
    let over = Refusal::Counter(CounterRefusal::Over);
    let acts = async |staff: &CommunityStaff, id| {
        view!(world.core, |work| counter::actor(work, staff, id).await)
    };
    let colleague = Admin {
        person: Some(world.admin),
    };
    assert_eq!(
        refusal(acts(&colleague.at(world.east), session.id).await),
        over
    );
    world.clock.set(world.core.now().plus_minutes(29));
    assert!(acts(&staff, session.id).await.is_ok());
    world.clock.set(world.core.now().plus_minutes(1));
    assert_eq!(refusal(acts(&staff, session.id).await), over);

    let second = begin(&world, &staff, world.wang).await?;
    let third = begin(&world, &staff, world.li).await?;
    assert_eq!(
        refusal(acts(&staff, second.id).await),
        over,
        "one at a time"
    );
    act!(world.core, |work| counter::end(work, &staff, third.id)
        .await)?;
    assert_eq!(refusal(acts(&staff, third.id).await), over);

    let fourth = begin(&world, &staff, world.li).await?;
    let governs = Admin::at_command_line().at(world.east).actor();
    act!(world.core, |work| resident::move_out(
        work, &governs, world.li, ""
    )
    .await)?;
    assert_eq!(
        refusal(acts(&staff, fourth.id).await),
        Refusal::NotFound("person")
    );
});

on_both!(nobody_is_served_who_is_not_there, |world| {
    let staff = clerk(&world).await;
    assert_eq!(
        refusal(begin(&world, &staff, world.zhao).await),
        Refusal::Counter(CounterRefusal::Oneself)
    );
    assert_eq!(
        refusal(begin(&world, &staff, world.daughter).await),
        Refusal::NotFound("person"),
        "who does not live there"
    );
    let console = Admin::at_command_line().at(world.east);
    assert_eq!(
        refusal(begin(&world, &console, world.wang).await),
        Refusal::NotAllowed
    );
    let blank = act!(world.core, |work| counter::begin(
        work, &staff, world.wang, " "
    )
    .await);
    assert!(matches!(
        refusal(blank),
        Refusal::Field {
            field: "evidence",
            ..
        }
    ));

    let session = begin(&world, &staff, world.wang).await?;
    let mut work = world.core.begin(Mode::Act).await?;
    let longer = CounterSession {
        id: work.id(),
        staff_id: world.admin,
        expires: session.begun.plus_minutes(31),
        ..session
    };
    let longer = work.tx.create_counter_session(&longer).await;
    assert!(
        longer.is_err(),
        "the database keeps sessions short: {longer:?}"
    );
});
