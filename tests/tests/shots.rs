//! Pictures of the main screens of the demo district, in three widths and both languages, light, dark and in the elders'
//! edition, into `target/shots`: to look at,
//! and two of them for the README. Not a check; `cargo xtask shots` runs it.

use anyhow::{Context as _, Result, ensure};
use linli_tests::browser::Browser;
use linli_tests::process::{self, Server};
use std::path::PathBuf;

const PASSWORD: &str = "linli-demo";
const CARE: &str = "/c/chunhui/jinhui/eldercare";

struct Shots {
    browser: Browser,
    folder: PathBuf,
}

impl Shots {
    /// Logs in with a fresh session.
    async fn log_in(&self, name: &str) -> Result<()> {
        for form in self
            .browser
            .find_all("form[action='/logout'] button")
            .await?
        {
            form.click().await?;
        }
        self.browser.go("/login").await?;
        self.browser.fill("name", name).await?;
        self.browser.fill("password", PASSWORD).await?;
        self.browser.click("main button[type=submit]").await?;
        self.browser.find("form[action='/logout']").await?;
        Ok(())
    }

    /// Reads on in this language.
    async fn speak(&self, language: &str) -> Result<()> {
        let button = format!("button[name=language][value='{language}']");
        if !self.browser.find_all(&button).await?.is_empty() {
            self.browser.click(&button).await?;
            self.browser
                .find(&format!("html[lang='{language}']"))
                .await?;
        }
        Ok(())
    }

    /// Sets type of this size from here on.
    async fn size(&self, size: &str) -> Result<()> {
        let button = format!("button[name=type-size][value={size}]");
        if !self.browser.find_all(&button).await?.is_empty() {
            self.browser.click(&button).await?;
            let other = if size == "large" { "normal" } else { "large" };
            self.browser
                .find(&format!("button[name=type-size][value={other}]"))
                .await?;
        }
        Ok(())
    }

    /// Takes this page in both languages, three looks and three widths.
    async fn take(&self, name: &str) -> Result<()> {
        for language in ["en", "zh-CN"] {
            self.speak(language).await?;
            for (look, dark, size) in [
                ("", false, "normal"),
                ("-dark", true, "normal"),
                ("-elders", false, "large"),
            ] {
                self.browser.dark(dark).await?;
                self.size(size).await?;
                for width in [320, 768, 1_280] {
                    self.browser.resize(width).await?;
                    let file = format!("{name}-{language}-{width}{look}.png");
                    self.browser.picture_to(&self.folder.join(file)).await?;
                    let overflow = self.browser.overflow().await?;
                    ensure!(
                        overflow <= 0,
                        "{name}{look} is {overflow} px wider than {width}"
                    );
                }
            }
            self.browser.dark(false).await?;
            self.size("normal").await?;
        }
        Ok(())
    }

    async fn take_at(&self, path: &str, name: &str) -> Result<()> {
        self.browser.go(path).await?;
        self.take(name).await
    }

    /// Takes what a window of this width shows, for the README.
    async fn window(&self, width: u32, name: &str) -> Result<()> {
        self.browser.resize_to(width, 1_130).await?;
        let picture = self.browser.picture_of_window().await?;
        Ok(std::fs::write(self.folder.join(name), picture)?)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "makes pictures and checks nothing; run it with `cargo xtask shots`"]
async fn the_main_screens() -> Result<()> {
    let data = tempfile::tempdir()?;
    let folder = process::target()?.join("shots");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::create_dir_all(&folder)?;
    let data = data.path().to_str().context("the folder is not UTF-8")?;
    let component = process::component("eldercare")?;
    let component = component.to_str().context("the file is not UTF-8")?;
    let server = Server::start(["demo", "--data", data, "--plugins", component])?;
    let browser = Browser::open(&server.url).await?;
    let shots = Shots { browser, folder };

    shots.take_at("/login", "log-in").await?;
    shots.take_at("/login/code", "log-in-code").await?;
    shots.take_at("/invitation", "invitation").await?;

    shots.log_in("li").await?;
    shots.take_at("/home", "home").await?;
    shots.take_at(&format!("{CARE}/"), "consent").await?;
    for sensitive in shots.browser.find_all(".sensitive [type=checkbox]").await? {
        sensitive.click().await?;
    }
    shots.browser.click("button[value=agree]").await?;
    shots.take("care").await?;
    shots
        .take_at(&format!("{CARE}/book?offer=bathing"), "book")
        .await?;
    for (width, language, name) in [(1_280, "en", "home-care.png"), (390, "zh-CN", "phone.png")] {
        shots.speak(language).await?;
        shots.browser.click(".slots details[open] .pick").await?;
        shots.window(width, name).await?;
    }
    shots.browser.press("预约").await?;
    shots.browser.sees("已预约").await?;
    shots.take("visit").await?;
    shots.take_at("/inbox", "inbox").await?;

    shots.log_in("xiaomei").await?;
    shots.take_at("/acting-for", "acting-for").await?;
    shots.browser.press("李秀英").await?;
    shots.browser.find("aside.acting").await?;
    shots.take_at(&format!("{CARE}/"), "acting-care").await?;

    for worker in ["chen", "zhou"] {
        shots.log_in(worker).await?;
        shots.take_at("/home", &format!("{worker}-home")).await?;
        shots.take_at("/hours", &format!("{worker}-hours")).await?;
        shots.take_at("/inbox", &format!("{worker}-inbox")).await?;
        shots.browser.go(&format!("{CARE}/today")).await?;
        // The visit is on one of the next days, and only one of them has it.
        for _ in 0..4 {
            if !shots.browser.find_all(".event").await?.is_empty() {
                break;
            }
            shots.browser.press("后一天").await?;
        }
        shots.take(&format!("{worker}-day")).await?;
    }

    shots.log_in("lin").await?;
    shots.take_at(&format!("{CARE}/alerts"), "alerts").await?;

    shots.log_in("li").await?;
    for page in ["my-data", "account", "contact", "home?q=x"] {
        let name = page.split('?').next().unwrap_or(page);
        let name = if page == name { name } else { "search" };
        shots.take_at(&format!("/{page}"), name).await?;
    }
    shots.take_at("/nowhere", "not-found").await?;

    shots.log_in("admin").await?;
    for page in [
        "",
        "/organisations",
        "/organisations/jinhui",
        "/releases",
        "/installations",
        "/invitations",
        "/dead-letters",
    ] {
        let name = format!("admin{}", page.replace('/', "-"));
        shots.take_at(&format!("/admin{page}"), &name).await?;
    }
    shots.browser.go("/admin/releases").await?;
    shots.browser.click(".card a").await?;
    shots.take("admin-release").await?;
    shots.browser.go("/admin/installations").await?;
    shots.browser.click("td a.touch").await?;
    shots.take("admin-installation").await?;
    shots.browser.close().await
}
