//! First light, in a real browser on a real server: a signed component is uploaded, approved and enabled; a resident books,
//! her daughter sees it, the care worker comes; nobody else does; and the resident reads who read what about her. Scripts of
//! pages are off throughout. Pictures of each step are kept in `target/screenshots`.

use anyhow::{Context as _, Result, ensure};
use linli_domain::Clock as _;
use linli_domain::time::SystemClock;
use linli_tests::browser::Browser;
use linli_tests::process::{self, Server};
use std::path::{Path, PathBuf};

const PASSWORD: &str = "correct horse battery";
const SERVICE: &str = "居家养老";

/// A zone in which it is between ten and eleven in the morning now: whenever the test runs, there are free times within the
/// hour.
fn zone_of_morning() -> Result<String> {
    let hours = SystemClock.now().0.div_euclid(3_600_000_000).rem_euclid(24);
    let east = match 10 - hours {
        east @ -11.. => east,
        east => east + 24,
    };
    // The names of these zones count westwards.
    Ok(format!("Etc/GMT{:+}", -east))
}

/// A district as far as only the command line can make it, and the files of a publisher.
struct District {
    dir: tempfile::TempDir,
}

impl District {
    fn found() -> Result<Self> {
        let dir = tempfile::tempdir()?;
        let district = Self { dir };
        std::fs::write(district.file("password"), PASSWORD)?;
        let zone = zone_of_morning()?;
        district.admin(&[
            "district",
            "--zh",
            "清和区",
            "--en",
            "Qinghe District",
            "--zone",
            &zone,
        ])?;
        district.admin(&[
            "community",
            "add",
            "chunhui",
            "--zh",
            "春晖社区",
            "--en",
            "Chunhui",
        ])?;
        district.admin(&[
            "community",
            "add",
            "heping",
            "--zh",
            "和平社区",
            "--en",
            "Heping",
        ])?;
        district.admin(&[
            "organisation",
            "add",
            "jinhui",
            "--zh",
            "金晖养老服务中心",
            "--en",
            "Jinhui Elder Care",
        ])?;
        let phone = |number| ["--phone", number];
        district.account("admin", "周文彬", &[])?;
        district.account(
            "li",
            "李秀英",
            &[
                &["--community", "chunhui", "--born", "1946-03-01"][..],
                &phone("13800000001"),
            ]
            .concat(),
        )?;
        district.account(
            "zhao",
            "赵玉珍",
            &["--community", "heping", "--born", "1951-03-01"],
        )?;
        district.account("xiaomei", "李晓梅", &phone("13800000002"))?;
        district.account("chen", "陈雪梅", &phone("13800000003"))?;
        district.admin(&["account", "make-admin", "admin"])?;
        district.admin(&[
            "account",
            "delegate",
            "xiaomei",
            "--for",
            "li",
            "--evidence",
            "2026-03 委托书",
        ])?;
        district.admin(&[
            "account",
            "make-staff",
            "chen",
            "--organisation",
            "jinhui",
            "--community",
            "chunhui",
            "--role",
            "care-worker",
        ])?;

        std::fs::copy(process::component("eldercare")?, district.file("care.wasm"))?;
        district.linli(&["plugin", "keygen", "jinhui.key", "--no-password"])?;
        district.linli(&["plugin", "keygen", "stranger.key", "--no-password"])?;
        district.linli(&["plugin", "sign", "care.wasm", "--key", "stranger.key"])?;
        std::fs::rename(
            district.file("care.wasm.minisig"),
            district.file("stranger.minisig"),
        )?;
        district.linli(&["plugin", "sign", "care.wasm", "--key", "jinhui.key"])?;
        Ok(district)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self, name: &str) -> Result<String> {
        self.file(name)
            .to_str()
            .map(str::to_owned)
            .context("the folder's name is not UTF-8")
    }

    /// `linli`, with files of this folder in place of their names.
    fn linli(&self, arguments: &[&str]) -> Result<String> {
        let is_file =
            |argument: &&&str| [".key", ".wasm"].iter().any(|end| argument.ends_with(end));
        process::run(
            arguments
                .iter()
                .map(|argument| match Some(argument).filter(is_file) {
                    Some(name) => self.file(name).into_os_string(),
                    None => argument.into(),
                }),
        )
    }

    fn admin(&self, arguments: &[&str]) -> Result<String> {
        process::run([&["admin", "--data", &self.text("data")?], arguments].concat())
    }

    fn account(&self, login: &str, name: &str, more: &[&str]) -> Result<String> {
        let password = self.text("password")?;
        self.admin(
            &[
                &[
                    "account",
                    "add",
                    login,
                    "--name",
                    name,
                    "--password-file",
                    &password,
                ],
                more,
            ]
            .concat(),
        )
    }
}

/// A browser whose steps are kept as pictures.
struct Story {
    browser: Browser,
    folder: PathBuf,
    pictures: usize,
    faults: Vec<String>,
}

impl Story {
    async fn begin(server: &Server) -> Result<Self> {
        let folder = process::target()?.join("screenshots");
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            browser: Browser::open(&server.url).await?,
            folder,
            pictures: 0,
            faults: Vec::new(),
        })
    }

    /// Keeps pictures of the page, and what is wrong with it: in a narrow window, light, and in a wide one, dark.
    async fn look(&mut self, name: &str) -> Result<()> {
        self.pictures += 1;
        for width in [360, 1_280] {
            self.browser.resize(width).await?;
            self.browser
                .picture_to(
                    &self
                        .folder
                        .join(format!("{:02}-{name}-{width}.png", self.pictures)),
                )
                .await?;
            let over = self.browser.overflow().await?;
            if over > 0 {
                self.faults.push(format!(
                    "{name} at {width}: {over} pixels wider than the window"
                ));
            }
            self.browser.dark(width == 1_280).await?;
            self.check(&format!("{name} at {width}")).await?;
            self.browser.dark(false).await?;
        }
        Ok(())
    }

    async fn check(&mut self, what: &str) -> Result<()> {
        let found = self.browser.violations().await?;
        self.faults
            .extend(found.into_iter().map(|fault| format!("{what}: {fault}")));
        Ok(())
    }

    async fn log_in(&self, name: &str) -> Result<()> {
        self.browser.go("/login").await?;
        self.browser.fill("name", name).await?;
        self.browser.fill("password", PASSWORD).await?;
        self.browser.click("main button[type=submit]").await?;
        self.browser.find("form[action='/logout']").await?;
        Ok(())
    }

    async fn log_out(&self) -> Result<()> {
        self.browser.click("form[action='/logout'] button").await?;
        self.browser.find("form[action='/login']").await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_plugin_is_enabled_a_resident_books_and_the_care_worker_comes() -> Result<()> {
    let district = District::found()?;
    let server = Server::start(["serve", "--data", &district.text("data")?])?;
    let mut story = Story::begin(&server).await?;

    the_admin_uploads_approves_and_enables(&mut story, &district).await?;
    the_worker_sets_her_hours(&mut story).await?;
    let visit = the_resident_agrees_and_books(&mut story).await?;
    her_daughter_sees_it(&mut story).await?;
    the_worker_comes(&mut story).await?;
    nobody_else_sees_it(&mut story, &visit).await?;
    the_resident_reads_who_read_what(&mut story).await?;

    ensure!(
        story.faults.is_empty(),
        "pages with faults:\n{}",
        story.faults.join("\n")
    );
    story.browser.close().await
}

async fn the_admin_uploads_approves_and_enables(
    story: &mut Story,
    district: &District,
) -> Result<()> {
    story.browser.go("/").await?;
    story.look("log-in").await?;
    story.log_in("admin").await?;
    story.look("admin").await?;

    story.browser.go("/admin/organisations").await?;
    story.look("organisations").await?;
    story.browser.press("金晖养老服务中心").await?;
    story
        .browser
        .fill(
            "key",
            &std::fs::read_to_string(district.file("jinhui.pub"))?,
        )
        .await?;
    story
        .browser
        .click("form[action$='/keys'] button[type=submit]")
        .await?;
    story.browser.find(".notice.good").await?;
    story.look("key-registered").await?;

    // What somebody else signed is refused, and the page says so.
    upload(
        &story.browser,
        &district.file("care.wasm"),
        &district.file("stranger.minisig"),
    )
    .await?;
    story.browser.find(".notice.danger").await?;
    ensure!(
        story.browser.status().await? == 422,
        "a stranger's signature is refused"
    );
    story.look("upload-refused").await?;

    upload(
        &story.browser,
        &district.file("care.wasm"),
        &district.file("care.wasm.minisig"),
    )
    .await?;
    story.browser.find("#permissions").await?;
    for asked in [
        "linli:host/appointments@0.1",
        "linli:host/records@0.1",
        "确认您达到服务年龄",
        "wishes",
    ] {
        story.browser.sees(asked).await?;
    }
    story.look("what-it-asks-for").await?;
    story
        .browser
        .click("#decision ~ div details.confirm:not(.danger) > summary")
        .await?;
    story.look("approve").await?;
    story
        .browser
        .click("form[action$='/approve'] button[type=submit]")
        .await?;
    story
        .browser
        .find("a.button[href='/admin/installations']")
        .await?;
    story.look("approved").await?;

    story
        .browser
        .click("a.button[href='/admin/installations']")
        .await?;
    story.look("installations").await?;
    // The first community of the row; the second is left alone.
    story
        .browser
        .click("td[data-label='春晖社区'] a.button")
        .await?;
    story.browser.sees("春晖社区").await?;
    // Bookable up to the last minute, so that the visit is soon enough for a check-in.
    story.browser.fill("s.notice-hours", "0").await?;
    story.look("enable").await?;
    story
        .browser
        .click("form.fields button[type=submit]")
        .await?;
    story.browser.find("#grants").await?;
    story.look("installation").await?;
    story.browser.go("/admin/installations").await?;
    story
        .browser
        .find("td[data-label='春晖社区'] a.touch")
        .await?;
    story
        .browser
        .find("td[data-label='和平社区'] a.button")
        .await?;
    story.look("enabled-in-one").await?;
    story.log_out().await
}

async fn upload(browser: &Browser, component: &Path, signature: &Path) -> Result<()> {
    browser.go("/admin/releases").await?;
    for (field, file) in [("component", component), ("signature", signature)] {
        browser
            .fill(
                field,
                file.to_str().context("the file's name is not UTF-8")?,
            )
            .await?;
    }
    browser
        .click("form[action='/admin/releases'] button[type=submit]")
        .await
}

async fn the_worker_sets_her_hours(story: &mut Story) -> Result<()> {
    story.log_in("chen").await?;
    story.browser.click("a[href='/hours']").await?;
    for day in story.browser.find_all("[name=day]").await? {
        if !day.is_selected().await? {
            day.click().await?;
        }
    }
    story.browser.pick("from", "06:00").await?;
    story.browser.pick("to", "22:00").await?;
    story
        .browser
        .click("form[action='/hours'] button[type=submit]")
        .await?;
    story.browser.sees("06:00–22:00").await?;
    story.look("hours").await?;
    story.log_out().await
}

/// Answers the path of the visit.
async fn the_resident_agrees_and_books(story: &mut Story) -> Result<String> {
    story.log_in("li").await?;
    story.look("home").await?;
    story.browser.press(SERVICE).await?;
    story.browser.find("form[action='/consent']").await?;
    story.look("consent").await?;
    for sensitive in story.browser.find_all(".sensitive [type=checkbox]").await? {
        sensitive.click().await?;
    }
    story.browser.click("button[value=agree]").await?;
    story.browser.find("a[href*='/book?offer=meals']").await?;
    story.look("care").await?;
    story.browser.click("a[href*='/book?offer=meals']").await?;
    story.browser.find(".slots").await?;
    story.look("choose-a-time").await?;
    // Not the very next one: it might begin while this reads.
    let times = story.browser.find_all(".slots details[open] .pick").await?;
    times
        .get(1)
        .context("there are no two free times today")?
        .click()
        .await?;
    story
        .browser
        .fill("f.wish", "行动不便，请按门铃后稍等。")
        .await?;
    story.browser.press("预约").await?;
    story.browser.sees("已预约").await?;
    story.browser.sees("陈雪梅").await?;
    story.look("booked").await?;
    let visit = story.browser.path().await?;
    ensure!(
        visit.starts_with("/c/chunhui/jinhui/eldercare/visits/"),
        "the booking leads to the visit, not to {visit}"
    );
    story.browser.click("a[href='/inbox']").await?;
    story.browser.sees("已预约：助餐").await?;
    story.look("notices").await?;
    story.log_out().await?;
    Ok(visit)
}

async fn her_daughter_sees_it(story: &mut Story) -> Result<()> {
    story.log_in("xiaomei").await?;
    story.look("acting-for").await?;
    story.browser.press("李秀英").await?;
    story.browser.find("aside.acting").await?;
    story
        .browser
        .click("button[name=language][value=en]")
        .await?;
    story.look("acting-home").await?;
    story.browser.press("Home care").await?;
    story.browser.sees("Meals").await?;
    story.browser.sees("陈雪梅").await?;
    story.look("acting-care").await?;
    story.browser.press_in_card("Meals", "Details").await?;
    story.browser.find("details.confirm").await?;
    story.look("acting-visit").await?;
    story.browser.click("a[href='/inbox']").await?;
    story.browser.sees("Booked: Meals").await?;
    story.look("acting-notices").await?;
    story.log_out().await
}

async fn the_worker_comes(story: &mut Story) -> Result<()> {
    story.log_in("chen").await?;
    story.look("worker-home").await?;
    story.browser.click("a[href='/inbox']").await?;
    story.browser.sees("已预约：助餐").await?;
    story.browser.sees("李秀英").await?;
    story.browser.go("/home").await?;
    story.browser.press("我的上门安排").await?;
    for known in ["助餐", "李秀英", "13800000001"] {
        story.browser.sees(known).await?;
    }
    story.look("her-day").await?;
    story.browser.press("签到").await?;
    story.browser.sees("已签到").await?;
    story.look("checked-in").await?;
    story.browser.press("签退").await?;
    story.browser.sees("已签退").await?;
    story.look("checked-out").await?;
    story.log_out().await
}

async fn nobody_else_sees_it(story: &mut Story, visit: &str) -> Result<()> {
    story.log_in("zhao").await?;
    story.browser.find("#services").await?;
    ensure!(
        !story.browser.text().await?.contains(SERVICE),
        "another community has no home care"
    );
    story.look("other-community").await?;
    for path in [
        "/c/heping/jinhui/eldercare/",
        "/c/chunhui/jinhui/eldercare/",
        visit,
    ] {
        story.browser.go(path).await?;
        ensure!(
            story.browser.status().await? == 404,
            "{path} is not there for her"
        );
    }
    story.look("not-found").await?;
    story.browser.go("/admin").await?;
    ensure!(
        story.browser.status().await? == 403,
        "a resident is no admin"
    );
    story.look("forbidden").await?;
    story.log_out().await
}

async fn the_resident_reads_who_read_what(story: &mut Story) -> Result<()> {
    story.log_in("li").await?;
    story.browser.go("/my-data").await?;
    for told in ["陈雪梅", "13800000001"] {
        let seen = story.browser.text().await?.contains(told);
        ensure!(
            seen == (told == "陈雪梅"),
            "who read is told, what they read is not repeated: {told}"
        );
    }
    story.look("my-data").await?;
    story
        .browser
        .click("button[name=type-size][value=large]")
        .await?;
    story.browser.find("html.large").await?;
    story.look("my-data-large").await?;
    story.browser.go("/home").await?;
    story.look("home-large").await?;
    story
        .browser
        .click("button[name=language][value=en]")
        .await?;
    story.browser.find("html[lang=en]").await?;
    story
        .browser
        .click("button[name=type-size][value=normal]")
        .await?;
    story.browser.find("html:not(.large)").await?;
    story.look("home-english").await?;
    story.log_out().await
}
