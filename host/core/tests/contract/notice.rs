//! Notices of the host itself.

use linli_core::notice::{self, Format, ReadableNotice};
use linli_core::{Error, Login, Service, act, view};
use linli_domain::*;
use linli_world::{World, on_both};

struct Plain;
impl Format for Plain {
    fn instant(&self, at: Instant, _: &Service, _: Locale) -> String {
        at.to_rfc3339()
    }
}

async fn inbox(
    world: &World,
    person: PersonId,
) -> linli_core::Result<(Login, Vec<ReadableNotice>)> {
    view!(world.core, |work| async {
        let login = Login::find(work, person).await?.unwrap();
        let mut read = Vec::new();
        let list = notice::list(work, &login, Locale::En, None, 10, &Plain, &mut read).await?;
        Ok((login, list))
    }
    .await)
}

fn text(text: &str) -> Localised {
    Localised::new(format!("关于{text}"), text)
}

on_both!(the_host_tells_a_person_in_its_own_name, |world| {
    let id = act!(world.core, |work| notice::tell(
        work,
        world.daughter,
        Some(world.li),
        text("a {title}"),
        text("a body"),
        Urgency::Important,
        Some("/my-data".into())
    )
    .await)?;
    let (login, list) = inbox(&world, world.daughter).await?;
    let found = &list[0];
    assert_eq!(
        (found.notice.id, found.title.as_str(), found.body.as_str()),
        (id, "a {title}", "a body"),
        "braces are just text"
    );
    assert!(found.service.is_none());
    assert_eq!(found.notice.subject_id, Some(world.li));
    let (opened, service) = act!(world.core, |work| notice::open(work, &login, id).await)?;
    assert_eq!(
        (opened.path.as_deref(), service.is_none()),
        (Some("/my-data"), true)
    );
});

on_both!(a_notice_goes_with_what_it_tells_of, |world| {
    let undone: linli_core::Result<()> = act!(world.core, |work| async {
        let (title, body) = (text("t"), text("b"));
        notice::tell(work, world.li, None, title, body, Urgency::Routine, None).await?;
        Err(Error::Internal("it failed after all".into()))
    }
    .await);
    assert!(undone.is_err());
    assert!(inbox(&world, world.li).await?.1.is_empty());
});

on_both!(what_no_reader_could_use_is_refused, |world| {
    for (body, path) in [
        (text(""), None),
        (text(&"a".repeat(4_097)), None),
        (text("b"), Some("//elsewhere.example/")),
    ] {
        let path = path.map(str::to_owned);
        let told = act!(world.core, |work| notice::tell(
            work,
            world.li,
            None,
            text("t"),
            body.clone(),
            Urgency::Routine,
            path.clone()
        )
        .await);
        assert!(matches!(told, Err(Error::Internal(_))), "{told:?}");
    }
});
