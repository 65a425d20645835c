//! Logging in with a code by mail, and invitations, as browsers do it.

use anyhow::{Context as _, Result};
use linli_core::act;
use linli_core::outbox::{self, Outgoing};
use linli_core::store::contact::Contact;
use linli_domain::notice::ChannelChoice;
use linli_tests::on_site;
use linli_tests::site::{Answer, Client, Site};
use linli_world::NOW;
use reqwest::StatusCode;
use uuid::Uuid;

async fn li_has_mail(site: &Site) -> Result<()> {
    let contact = Contact {
        person_id: site.world.li,
        email: Some("li@example.org".into()),
        email_confirmed: Some(NOW),
        channels: ChannelChoice::default(),
        changed: NOW,
    };
    Ok(act!(site.world.core, |work| async {
        Ok(work.tx.put_contact(&contact).await?)
    }
    .await)?)
}

async fn mail(site: &Site) -> Result<Outgoing> {
    let base = Some("https://linli.example");
    let mails = act!(site.world.core, |work| outbox::claim(
        work,
        Uuid::from_u128(9),
        base,
        10
    )
    .await)?;
    mails
        .into_iter()
        .find(|mail| mail.to.contains('@'))
        .context("there is no mail")
}

async fn ask(client: &Client, name: &str) -> Result<Answer> {
    let form = client
        .get("/login?next=/inbox")
        .await?
        .form("/login/code/ask")?;
    client.post_form(&form.with("name", name)).await
}

async fn code(site: &Site) -> Result<String> {
    let mail = mail(site).await?;
    let digits: String = mail.text.chars().filter(char::is_ascii_digit).collect();
    Ok(digits.chars().take(6).collect())
}

on_site!(a_code_by_mail_logs_in_where_it_was_asked_for, |site| {
    li_has_mail(&site).await?;
    let li = site.visitor()?;
    let asked = ask(&li, "li").await?;
    assert_eq!(asked.leads_to()?, "/login/code?next=/inbox");
    let page = li.follow(asked).await?;
    let form = page.form("/login/code")?;
    let code = code(&site).await?;
    // Whoever reads the mail over her shoulder has asked for nothing, or for another code.
    for stranger in [site.visitor()?, {
        let stranger = site.visitor()?;
        ask(&stranger, "wang").await?;
        stranger
    }] {
        stranger
            .post_form(&form.clone().with("code", &*code))
            .await?
            .must(StatusCode::UNAUTHORIZED, &["The code is wrong"])?;
        assert!(
            stranger
                .get("/home")
                .await?
                .leads_to()?
                .starts_with("/login")
        );
    }
    let planted = li.cookies()?;
    let entered = li.post_form(&form.clone().with("code", &*code)).await?;
    assert_eq!(entered.leads_to()?, "/inbox");
    assert_ne!(li.cookies()?, planted, "the session has a new name");
    li.get("/home").await?.must(StatusCode::OK, &["李秀英"])?;
    // A session from before the log-in is worth nothing, and the code neither.
    let attacker = site.visitor()?;
    for pair in planted.split("; ") {
        attacker.plant(&format!("{pair}; Path=/"))?;
    }
    assert!(
        attacker
            .get("/home")
            .await?
            .leads_to()?
            .starts_with("/login")
    );
    attacker
        .post_form(&form.with("code", &*code))
        .await?
        .must(StatusCode::UNAUTHORIZED, &[])?;
});

on_site!(asking_for_a_code_answers_the_same_for_everybody, |site| {
    li_has_mail(&site).await?;
    let mut answers = Vec::new();
    for name in ["li", "wang", "nobody", ""] {
        let visitor = site.visitor()?;
        let asked = ask(&visitor, name).await?;
        let to = asked.leads_to()?.to_owned();
        let page = visitor.follow(asked).await?;
        let wrong = page.form("/login/code")?.with("code", "123456");
        let refused = visitor.post_form(&wrong).await?;
        answers.push((to, page.text, refused.status, refused.text));
    }
    for answer in &answers[1..] {
        assert_eq!(answer, &answers[0]);
    }
});

on_site!(a_role_is_taken_by_invitation, |site| {
    let admin = site.log_in("admin").await?;
    let page = admin.get("/admin/invitations").await?;
    let form = page
        .form("/admin/invitations")?
        .with("name", "新同事")
        .with("language", "en")
        .with("office", "community-staff")
        .with("community", site.world.east.to_string());
    let made = admin
        .submit(&form.clone().with("email", "new@example.org"))
        .await?;
    made.must(StatusCode::OK, &["新同事", "Not accepted yet"])?;
    let text = mail(&site).await?.text;
    let (_, rest) = text
        .split_once("https://linli.example")
        .context("no link")?;
    let link = rest.split_whitespace().next().context("no link")?;
    // Nobody but an admin sees or makes any.
    for name in ["li", "nurse"] {
        let other = site.log_in(name).await?;
        for answer in [
            other.get("/admin/invitations").await?,
            other.post_form(&form).await?,
        ] {
            answer.must(StatusCode::FORBIDDEN, &[])?;
        }
    }
    let newcomer = site.visitor()?;
    let open = newcomer.get(link).await?;
    let open = open.must(StatusCode::OK, &["新同事", "Community staff", "East"])?;
    let join = open
        .form("/invitation")?
        .with("login", "newcomer")
        .with("password", "a good password")
        .with("again", "a good password");
    newcomer
        .post_form(&join.clone().with("login", "li"))
        .await?
        .must(StatusCode::OK, &["'li' is taken"])?;
    let joined = newcomer.submit(&join).await?;
    joined.must(StatusCode::OK, &["You have accepted", "新同事"])?;
    newcomer
        .get("/letters/east")
        .await?
        .must(StatusCode::OK, &[])?;
    // The link works once.
    let second = site.visitor()?;
    second
        .get(link)
        .await?
        .must(StatusCode::OK, &["There is no such invitation"])?;
    second
        .post_form(&join.with("login", "thief"))
        .await?
        .must(StatusCode::OK, &["There is no such invitation"])?;
    assert_eq!(
        second.log_in("thief", "a good password", "").await?.status,
        StatusCode::UNAUTHORIZED
    );
});

on_site!(
    an_invitation_adds_to_the_account_that_is_logged_in,
    |site| {
        let admin = site.log_in("admin").await?;
        let form = admin
            .get("/admin/invitations")
            .await?
            .form("/admin/invitations")?
            .with("name", "王建国")
            .with("language", "en")
            .with("office", "community-staff");
        let page = admin.submit(&form).await?;
        let letter = admin.post_form(&page.form("/letter")?).await?;
        let letter = letter.must(
            StatusCode::OK,
            &[
                "王建国",
                "take on this role: Community staff",
                "type this code",
            ],
        )?;
        let (_, rest) = letter
            .text
            .split_once("<p class=\"code\"><strong>")
            .context("no code")?;
        let code = rest.split('<').next().context("no code")?;
        let wang = site.log_in("wang").await?;
        let open = wang.get(&format!("/invitation?code={code}")).await?;
        let accept = open.form("/invitation")?;
        wang.submit(&accept)
            .await?
            .must(StatusCode::OK, &["You have accepted"])?;
        wang.get("/letters/west").await?.must(StatusCode::OK, &[])?;
        // One that is taken back opens nothing.
        let page = admin.submit(&form).await?;
        let letter = admin.post_form(&page.form("/letter")?).await?;
        let (_, rest) = letter
            .text
            .split_once("<p class=\"code\"><strong>")
            .context("no code")?;
        let code = rest.split('<').next().context("no code")?.to_owned();
        admin
            .submit(&page.form("/revoke")?)
            .await?
            .must(StatusCode::OK, &["Taken back"])?;
        wang.get(&format!("/invitation?code={code}"))
            .await?
            .must(StatusCode::OK, &["There is no such invitation"])?;
    }
);
