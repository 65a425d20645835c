//! A real headless Chromium, driven over WebDriver: pages are used as a person does, with their scripts off, looked at in
//! several widths, and checked by axe-core.

use crate::process;
use anyhow::{Context as _, Result, bail, ensure};
use fantoccini::elements::Element;
use fantoccini::wd::TimeoutConfiguration;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use linli_world::postgres::end_with_parent;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::net::{Ipv4Addr, Ipv6Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Over a pipe the browser ends with its driver, whatever ends that. No sandbox, for tests may run as root; the pages are
/// our own.
const FLAGS: [&str; 12] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "--accept-lang=zh-CN",
];
/// What axe-core checks: WCAG 2.2 at levels A and AA.
const RULES: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];
/// How long an element may take to be there.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open browser on a site.
pub struct Browser {
    client: Client,
    driver: Driver,
    http: reqwest::Client,
    /// The driver's address of the session.
    session: String,
    site: String,
    axe: String,
}

/// ChromeDriver. Dropping it ends it, and with it the browser.
struct Driver {
    child: Child,
    url: String,
}

impl Driver {
    fn start() -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new("chromedriver");
        command
            .arg(format!("--port={port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit());
        end_with_parent(&mut command);
        let child = command
            .spawn()
            .context("ChromeDriver is not installed; run `cargo xtask setup`")?;
        let mut driver = Self {
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        let output = driver
            .child
            .stdout
            .take()
            .context("chromedriver has no output")?;
        let mut said = String::new();
        for line in BufReader::new(output).lines() {
            let line = line?;
            if line.contains("successfully") {
                return Ok(driver);
            }
            said.push_str(&line);
            said.push('\n');
        }
        bail!("chromedriver did not start; it said:\n{said}")
    }
}

/// A port that is free on both loopback addresses, for ChromeDriver listens on both. Asked for any port it takes one that
/// is free on the first and gives up where a connection has the same on the second; so this one lies below those that
/// connections are given.
fn free_port() -> Result<u16> {
    let free = |port: &u16| {
        TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()
            && !matches!(TcpListener::bind((Ipv6Addr::LOCALHOST, *port)),
                Err(error) if error.kind() == ErrorKind::AddrInUse)
    };
    let first = u16::try_from(std::process::id() % 10_000)?;
    (0..10_000)
        .map(|step| 20_000 + (first + step) % 10_000)
        .find(free)
        .context("no port between 20000 and 30000 is free")
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Browser {
    /// Opens a browser on the site at this address. Scripts of pages do not run.
    pub async fn open(site: &str) -> Result<Self> {
        let axe = process::target()?.join("npm/node_modules/axe-core/axe.min.js");
        let axe = std::fs::read_to_string(&axe)
            .with_context(|| format!("{} is missing; run `cargo xtask setup`", axe.display()))?;
        linli_jobs::channel::choose_cryptography();
        let driver = Driver::start()?;
        let mut wanted = serde_json::Map::new();
        wanted.insert("goog:chromeOptions".into(), json!({ "args": FLAGS }));
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&driver.url)
            .await
            .context("Chromium did not start")?;
        let patient = TimeoutConfiguration::new(
            Some(Duration::from_secs(60)),
            Some(Duration::from_secs(60)),
            None,
        );
        client.update_timeouts(patient).await?;
        let id = client
            .session_id()
            .await?
            .context("the browser has no session")?;
        let session = format!("{}/session/{id}", driver.url);
        let browser = Self {
            client,
            driver,
            http: reqwest::Client::new(),
            session,
            site: site.to_owned(),
            axe,
        };
        browser.scripts(false).await?;
        browser.dark(false).await?;
        Ok(browser)
    }

    /// Closes it.
    pub async fn close(self) -> Result<()> {
        self.client.close().await?;
        drop(self.driver);
        Ok(())
    }

    /// Has the browser do something that only its own protocol knows.
    async fn command(&self, name: &str, parameters: Value) -> Result<Value> {
        let answer = self
            .http
            .post(format!("{}/goog/cdp/execute", self.session))
            .json(&json!({ "cmd": name, "params": parameters }))
            .send()
            .await?;
        let good = answer.status().is_success();
        let mut value: Value = answer.json().await?;
        ensure!(good, "{name}: {value}");
        Ok(value["value"].take())
    }

    async fn scripts(&self, run: bool) -> Result<()> {
        self.command(
            "Emulation.setScriptExecutionDisabled",
            json!({ "value": !run }),
        )
        .await?;
        Ok(())
    }

    /// Makes the window this wide, in CSS pixels.
    pub async fn resize(&self, width: u32) -> Result<()> {
        self.resize_to(width, 800).await
    }

    /// Makes the window this wide and high, in CSS pixels.
    pub async fn resize_to(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 });
        self.command("Emulation.setDeviceMetricsOverride", size)
            .await?;
        Ok(())
    }

    /// Prefers dark pages, or light ones.
    pub async fn dark(&self, dark: bool) -> Result<()> {
        let value = if dark { "dark" } else { "light" };
        // Without transitions, which would be caught halfway.
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": value },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ] });
        self.command("Emulation.setEmulatedMedia", features).await?;
        Ok(())
    }

    /// Types an address of the site.
    pub async fn go(&self, path: &str) -> Result<()> {
        Ok(self.client.goto(&format!("{}{path}", self.site)).await?)
    }

    /// Path and query of this page.
    pub async fn path(&self) -> Result<String> {
        let url = self.client.current_url().await?;
        let query = url
            .query()
            .map_or_else(String::new, |query| format!("?{query}"));
        Ok(format!("{}{query}", url.path()))
    }

    /// The HTTP status with which this page came.
    pub async fn status(&self) -> Result<u64> {
        let script = "return performance.getEntriesByType('navigation')[0].responseStatus";
        let status = self.client.execute(script, Vec::new()).await?;
        status.as_u64().context("the page has no status")
    }

    /// Waits for what a CSS selector names.
    pub async fn find(&self, css: &str) -> Result<Element> {
        self.wait(Locator::Css(css)).await
    }

    async fn wait(&self, locator: Locator<'_>) -> Result<Element> {
        let found = self
            .client
            .wait()
            .at_most(PATIENCE)
            .every(Duration::from_millis(50))
            .for_element(locator)
            .await;
        match found {
            Ok(element) => Ok(element),
            Err(error) => bail!(
                "{error}: {locator:?} on {}:\n{}",
                self.path().await?,
                self.text().await?
            ),
        }
    }

    /// All that a CSS selector names by now, maybe none.
    pub async fn find_all(&self, css: &str) -> Result<Vec<Element>> {
        Ok(self.client.find_all(Locator::Css(css)).await?)
    }

    /// Clicks what a CSS selector names.
    pub async fn click(&self, css: &str) -> Result<()> {
        let element = self.find(css).await?;
        self.click_on(&element)
            .await
            .with_context(|| format!("cannot click {css}"))
    }

    /// Clicks an element; where it is a link or a button, the page after it is there before this answers: the same words
    /// may stand on both.
    async fn click_on(&self, element: &Element) -> Result<()> {
        let leaves = matches!(element.tag_name().await?.as_str(), "a" | "button");
        let page = self.client.find(Locator::Css("html")).await?;
        element.click().await?;
        if !leaves {
            return Ok(());
        }
        let began = Instant::now();
        while page.tag_name().await.is_ok() {
            if began.elapsed() > PATIENCE {
                bail!("nothing came of it on {}", self.path().await?);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }

    /// Clicks the link, button or fold whose words begin so.
    pub async fn press(&self, words: &str) -> Result<()> {
        let path = format!(
            "//*[self::a or self::button or self::summary][starts-with(normalize-space(.), '{words}')]"
        );
        let element = self.wait(Locator::XPath(&path)).await?;
        self.click_on(&element)
            .await
            .with_context(|| format!("cannot press '{words}'"))
    }

    /// Clicks a link inside the card whose words hold these.
    pub async fn press_in_card(&self, card: &str, words: &str) -> Result<()> {
        let path = format!(
            "//*[contains(@class, 'card')][contains(., '{card}')]//a[contains(., '{words}')]"
        );
        let element = self.wait(Locator::XPath(&path)).await?;
        self.click_on(&element).await
    }

    /// Types into the field of this name.
    pub async fn fill(&self, name: &str, text: &str) -> Result<()> {
        let field = self.find(&format!("[name='{name}']")).await?;
        if field.attr("type").await?.as_deref() != Some("file") {
            field.clear().await?;
        }
        Ok(field.send_keys(text).await?)
    }

    /// Sets a field as a picker does, where what is typed depends on the machine's language.
    pub async fn pick(&self, name: &str, value: &str) -> Result<()> {
        let field = self.find(&format!("[name='{name}']")).await?;
        let script = "arguments[0].value = arguments[1]";
        let arguments = vec![serde_json::to_value(field)?, json!(value)];
        self.client.execute(script, arguments).await?;
        Ok(())
    }

    /// Waits until the page holds these words.
    pub async fn sees(&self, words: &str) -> Result<()> {
        let path = format!("//body[contains(normalize-space(.), '{words}')]");
        self.wait(Locator::XPath(&path)).await?;
        Ok(())
    }

    /// What can be read on the page.
    pub async fn text(&self) -> Result<String> {
        Ok(self.client.find(Locator::Css("body")).await?.text().await?)
    }

    /// A picture of the whole page, also of what one has to scroll to, as PNG.
    pub async fn picture(&self) -> Result<Vec<u8>> {
        let metrics = self.command("Page.getLayoutMetrics", json!({})).await?;
        let size = &metrics["cssContentSize"];
        let clip =
            json!({ "x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1 });
        self.capture(json!({ "format": "png", "captureBeyondViewport": true, "clip": clip }))
            .await
    }

    /// A picture of what the window shows, as PNG.
    pub async fn picture_of_window(&self) -> Result<Vec<u8>> {
        self.capture(json!({ "format": "png" })).await
    }

    async fn capture(&self, how: Value) -> Result<Vec<u8>> {
        use base64::Engine as _;
        let taken = self.command("Page.captureScreenshot", how).await?;
        let data = taken["data"].as_str().context("the picture has no data")?;
        Ok(base64::engine::general_purpose::STANDARD.decode(data)?)
    }

    /// Takes a picture of the whole page into a file.
    pub async fn picture_to(&self, file: &Path) -> Result<()> {
        Ok(std::fs::write(file, self.picture().await?)?)
    }

    /// How many pixels the page is wider than the window.
    pub async fn overflow(&self) -> Result<i64> {
        let script =
            "return document.documentElement.scrollWidth - document.documentElement.clientWidth";
        let over = self.client.execute(script, Vec::new()).await?;
        over.as_i64().context("the page has no width")
    }

    /// What axe-core finds wrong with the page, a line each: rule, elements, why.
    pub async fn violations(&self) -> Result<Vec<String>> {
        self.scripts(true).await?;
        self.client.execute(&self.axe, Vec::new()).await?;
        let script = "const done = arguments[arguments.length - 1];
            axe.run({ runOnly: arguments[0] }).then(
                found => done(found.violations.map(rule => rule.id + ': ' + rule.nodes.map(
                    node => node.html.slice(0, 200) + ' ' + node.failureSummary.replaceAll('\\n', ' ')).join(' | '))),
                error => done(['axe failed: ' + error]))";
        let found = self
            .client
            .execute_async(script, vec![json!(RULES)])
            .await?;
        self.scripts(false).await?;
        Ok(serde_json::from_value(found)?)
    }
}
