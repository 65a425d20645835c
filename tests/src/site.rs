//! The whole host in process, on a port of its own, and browsers that keep cookies. What it knows of home care comes by the
//! path of any publisher: uploaded, approved and enabled over HTTP.

use crate::html::{self, Form};
use crate::process;
use anyhow::{Context as _, Result, bail, ensure};
use linli_core::store::person::Person;
use linli_core::{Admin, account, act, calendar, organisation};
use linli_domain::random::Stream;
use linli_domain::{CalendarId, Locale, Localised, PersonId};
use linli_engine::{Engine, publish};
use linli_jobs::Jobs;
use linli_web::Reach;
use linli_world::{Database, NOW, PASSWORD, World, office_hours};
use minisign::KeyPair;
use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::multipart::{self, Part};
use reqwest::{Client as Http, Method, StatusCode};
use std::io::Cursor;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

/// Where home care is in `east`.
pub const HOME_CARE: &str = "/c/east/jinhui/eldercare";

/// A host that answers.
pub struct Site {
    /// What it serves.
    pub world: World,
    /// What runs its plugins.
    pub engine: Engine,
    /// Its background, which works only where a test says so.
    pub jobs: Jobs,
    /// Where it is.
    pub address: SocketAddr,
    /// The signing key of `jinhui`.
    pub publisher: KeyPair,
    /// A care worker of `jinhui` in `east`; `nurse`.
    pub nurse: PersonId,
    /// Her calendar, open on weekdays from 9 to 17.
    pub calendar: CalendarId,
    server: AbortHandle,
}

impl Drop for Site {
    fn drop(&mut self) {
        self.server.abort();
    }
}

impl Site {
    /// Serves a district with the organisation `jinhui`, its key registered: a care worker, `nurse`, and a coordinator,
    /// `coordinator`, in `east`. No plugin yet.
    pub async fn open(database: Database) -> Result<Self> {
        let world = World::new(database).await?;
        let (nurse, calendar) = found_jinhui(&world).await?;
        let publisher = KeyPair::generate_unencrypted_keypair()?;
        let key = publisher.pk.to_box()?.into_string();
        publish::add_key(&world.core, &Admin::at_command_line(), "jinhui", &key).await?;
        let engine = process::engine(&world)?;
        let router = linli_web::router(world.core.clone(), engine.clone(), Reach::default());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let server = tokio::spawn(async move { axum::serve(listener, service).await });
        Ok(Self {
            jobs: Jobs::new(world.core.clone(), engine.clone()),
            world,
            engine,
            address,
            publisher,
            nurse,
            calendar,
            server: server.abort_handle(),
        })
    }

    /// The same, with home care published and enabled in `east`.
    pub async fn with_home_care(database: Database) -> Result<Self> {
        let site = Self::open(database).await?;
        let admin = site.log_in("admin").await?;
        site.publish(&admin, &home_care()?).await?;
        Ok(site)
    }

    /// Signs a component as `jinhui` does.
    pub fn sign(&self, component: &[u8]) -> Result<String> {
        sign(&self.publisher, component)
    }

    /// Uploads, approves and enables a component of `jinhui` in `east` with all that it asks for; answers with the address
    /// of the installation's page.
    pub async fn publish(&self, admin: &Client, component: &[u8]) -> Result<String> {
        let uploaded = admin.upload(component, &self.sign(component)?).await?;
        ensure!(
            uploaded.status == StatusCode::SEE_OTHER,
            "{}",
            uploaded.main()
        );
        let release = uploaded.leads_to()?.to_owned();
        let approve = admin.get(&release).await?.form("/approve")?;
        let approved = admin.submit(&approve).await?;
        ensure!(approved.status == StatusCode::OK, "{}", approved.main());
        let id = release.rsplit('/').next().unwrap_or_default();
        let offer = format!(
            "/admin/installations/enable?release={id}&community={}",
            self.world.east
        );
        let mut enable = admin
            .get(&offer)
            .await?
            .form("/admin/installations/enable")?;
        for grant in enable.clone().offered("grant") {
            if !enable.fields.iter().any(|(_, value)| value == grant) {
                enable = enable.and("grant", grant);
            }
        }
        let enabled = admin.post_form(&enable).await?;
        ensure!(
            enabled.status == StatusCode::SEE_OTHER,
            "{}",
            enabled.main()
        );
        Ok(enabled.leads_to()?.to_owned())
    }

    /// A browser that has been nowhere.
    pub fn visitor(&self) -> Result<Client> {
        Client::new(self.address)
    }

    /// A browser in which somebody of the district has logged in.
    pub async fn log_in(&self, name: &str) -> Result<Client> {
        let browser = self.visitor()?;
        let answer = browser.log_in(name, PASSWORD, "").await?;
        ensure!(
            answer.status == StatusCode::SEE_OTHER,
            "{name} cannot log in: {}",
            answer.main()
        );
        Ok(browser)
    }

    /// A client of a resident who has agreed to what home care asks for at once.
    pub async fn consenting(&self, name: &str) -> Result<Client> {
        let browser = self.log_in(name).await?;
        browser.agree(HOME_CARE).await?;
        Ok(browser)
    }

    /// Moves the clock on by minutes from [`NOW`].
    pub fn at_minute(&self, minutes: i64) {
        self.world.clock.set(NOW.plus_minutes(minutes));
    }
}

/// The component of home care, as `linli plugin build` made it.
pub fn home_care() -> Result<Vec<u8>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../plugins/eldercare/dist/jinhui-eldercare-0.1.0.wasm");
    std::fs::read(&file).with_context(|| {
        format!(
            "{} is missing: `cargo xtask test` builds it before the tests, so does `linli plugin build plugins/eldercare`",
            file.display()
        )
    })
}

/// The value of the slot that starts so many minutes after [`NOW`].
pub fn slot_at(form: &Form, minutes: i64) -> Result<String> {
    let starts = format!("{}_", NOW.plus_minutes(minutes).0);
    let offered = form.offered("f.slot");
    let found = offered.iter().find(|slot| slot.starts_with(&starts));
    Ok((*found.context("this slot is not offered")?).to_owned())
}

/// Signs a component.
pub fn sign(key: &KeyPair, component: &[u8]) -> Result<String> {
    let signature = minisign::sign(Some(&key.pk), &key.sk, Cursor::new(component), None, None)?;
    Ok(signature.into_string())
}

async fn found_jinhui(world: &World) -> Result<(PersonId, CalendarId)> {
    let hash = account::hash_password(&mut Stream::new([2; 32]), PASSWORD).await?;
    let admin = Admin::at_command_line();
    Ok(act!(world.core, |work| async {
        let name = Localised::new("金晖养老", "Jinhui Elder Care");
        let jinhui = organisation::register(work, &admin, "jinhui", &name)
            .await?
            .id;
        let mut staff = Vec::new();
        for (login, name, role) in [
            ("nurse", "陈护理", "care-worker"),
            ("coordinator", "吴协调", "care-coordinator"),
        ] {
            let person = Person {
                id: work.id(),
                name: name.into(),
                birth_date: None,
                sex: None,
                phone: None,
                identity_number: None,
                care_level: None,
                household_id: None,
                community_id: None,
            };
            account::create(work, &admin, &person, login, &hash, Locale::En).await?;
            account::grant_staff_role(work, &admin, person.id, jinhui, Some(world.east), role)
                .await?;
            staff.push(person.id);
        }
        let calendar =
            calendar::create(work, jinhui, world.east, staff[0], "care-worker", "陈护理").await?;
        calendar::put_hours(work, calendar, &office_hours(), None).await?;
        Ok((staff[0], calendar))
    }
    .await)?)
}

/// A client like a browser: keeps cookies, says where its posts come from, and goes on only where a test tells it to.
pub struct Client {
    client: Http,
    jar: Arc<Jar>,
    base: String,
}

impl Client {
    /// A browser for the host at an address, without cookies.
    pub fn new(address: SocketAddr) -> Result<Self> {
        linli_jobs::channel::choose_cryptography();
        let jar = Arc::new(Jar::default());
        let client = Http::builder()
            .cookie_provider(jar.clone())
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .build()?;
        Ok(Self {
            client,
            jar,
            base: format!("http://{address}"),
        })
    }

    /// A request of any kind to a path, to be sent by [`Client::send`].
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        request.header("accept-language", "en")
    }

    /// Sends a request and reads the answer.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Result<Answer> {
        let response = request.send().await?;
        Ok(Answer {
            status: response.status(),
            headers: response.headers().clone(),
            text: response.text().await?,
        })
    }

    /// Opens a path.
    pub async fn get(&self, path: &str) -> Result<Answer> {
        self.send(self.request(Method::GET, path)).await
    }

    /// Posts pairs to a path.
    pub async fn post(&self, path: &str, pairs: &[(String, String)]) -> Result<Answer> {
        let request = self
            .request(Method::POST, path)
            .header("sec-fetch-site", "same-origin");
        self.send(request.form(pairs)).await
    }

    /// Posts a form, and stays at the answer.
    pub async fn post_form(&self, form: &Form) -> Result<Answer> {
        self.post(&form.action, &form.fields).await
    }

    /// Posts a form, and goes where the answer leads.
    pub async fn submit(&self, form: &Form) -> Result<Answer> {
        let answer = self.post_form(form).await?;
        self.follow(answer).await
    }

    /// Goes where an answer leads, until it leads nowhere.
    pub async fn follow(&self, mut answer: Answer) -> Result<Answer> {
        for _ in 0..5 {
            match answer.leads_to() {
                Ok(to) => answer = self.get(to).await?,
                Err(_) => return Ok(answer),
            }
        }
        bail!("it leads on and on")
    }

    /// Opens a path and goes where it leads.
    pub async fn open(&self, path: &str) -> Result<Answer> {
        let answer = self.get(path).await?;
        self.follow(answer).await
    }

    /// Logs in, and stays at the answer.
    pub async fn log_in(&self, name: &str, password: &str, next: &str) -> Result<Answer> {
        let pairs = [("name", name), ("password", password), ("next", next)];
        self.post(
            "/login",
            &pairs.map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
        .await
    }

    /// Opens a page that asks for consent, agrees to all of it and shows the page.
    pub async fn agree(&self, path: &str) -> Result<Answer> {
        let asked = self.open(path).await?;
        self.agree_to(&asked).await
    }

    /// Agrees to all that a page asks for, and goes on.
    pub async fn agree_to(&self, asked: &Answer) -> Result<Answer> {
        let mut form = asked.form("/consent")?;
        for (name, value) in form.options.clone() {
            if name == "field" || name == "apart" {
                form = form.and(&name, value);
            }
        }
        self.submit(&form.with("decision", "agree")).await
    }

    /// Uploads a component with its signature.
    pub async fn upload(&self, component: &[u8], signature: &str) -> Result<Answer> {
        let part =
            |bytes: &[u8], name: &str| Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let form = multipart::Form::new()
            .part("component", part(component, "plugin.wasm"))
            .part(
                "signature",
                part(signature.as_bytes(), "plugin.wasm.minisig"),
            );
        let request = self
            .request(Method::POST, "/admin/releases")
            .header("sec-fetch-site", "same-origin");
        self.send(request.multipart(form)).await
    }

    /// Opens the form of home care for an offer, chooses the slot that starts so many minutes after [`NOW`] and writes a
    /// wish. Nothing is posted yet.
    pub async fn choose(&self, offer: &str, minutes: i64, wish: &str) -> Result<Form> {
        let page = self.get(&format!("{HOME_CARE}/book?offer={offer}")).await?;
        let form = page.action("book")?;
        let slot = slot_at(&form, minutes)?;
        Ok(form.with("f.slot", slot).with("f.wish", wish))
    }

    /// Books a visit; answers with the visit's address.
    pub async fn book(&self, offer: &str, minutes: i64) -> Result<String> {
        let answer = self
            .post_form(&self.choose(offer, minutes, "").await?)
            .await?;
        let answer = answer.must(StatusCode::SEE_OTHER, &[])?;
        Ok(answer.leads_to()?.to_owned())
    }

    /// The cookies that it would send.
    pub fn cookies(&self) -> Result<String> {
        let cookies = self.jar.cookies(&self.base.parse()?);
        Ok(cookies.map_or(Ok(String::new()), |cookies| {
            cookies.to_str().map(str::to_owned)
        })?)
    }

    /// Plants a cookie.
    pub fn plant(&self, cookie: &str) -> Result<()> {
        self.jar.add_cookie_str(cookie, &self.base.parse()?);
        Ok(())
    }
}

/// What the host answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: reqwest::header::HeaderMap,
    /// The page.
    pub text: String,
}

impl Answer {
    /// Where it leads.
    pub fn leads_to(&self) -> Result<&str> {
        let location = self.headers.get("location").context("it leads nowhere")?;
        Ok(location.to_str()?)
    }

    /// The form whose address ends so.
    pub fn form(&self, action: &str) -> Result<Form> {
        let mut forms = html::forms(&self.text).into_iter();
        let found = forms.find(|form| form.action.ends_with(action));
        found.with_context(|| format!("there is no form of {action}: {}", self.main()))
    }

    /// The form or button of a plugin's page that does this action.
    pub fn action(&self, name: &str) -> Result<Form> {
        let mut forms = html::forms(&self.text).into_iter();
        let found = forms.find(|form| form.value("action") == Some(name));
        found.with_context(|| format!("there is no action {name}: {}", self.main()))
    }

    /// The first link that contains this.
    pub fn link(&self, part: &str) -> Result<String> {
        let mut links = html::links(&self.text).into_iter();
        let found = links.find(|link| link.contains(part));
        found.with_context(|| format!("there is no link to {part}: {}", self.main()))
    }

    /// What stands in the page's `<main>`; all of it where there is none.
    pub fn main(&self) -> &str {
        let inside = self
            .text
            .split_once("<main")
            .map_or(&*self.text, |(_, rest)| rest);
        inside.split("</main>").next().unwrap_or(inside)
    }

    /// Fails unless the answer has this status and its page says all of this.
    pub fn must(self, status: StatusCode, words: &[&str]) -> Result<Self> {
        ensure!(
            self.status == status,
            "{} instead of {status}: {}",
            self.status,
            self.main()
        );
        for words in words {
            ensure!(
                self.text.contains(words),
                "'{words}' is missing: {}",
                self.main()
            );
        }
        Ok(self)
    }

    /// Fails if the page says any of this.
    pub fn must_not(self, words: &[&str]) -> Result<Self> {
        for words in words {
            ensure!(
                !self.text.contains(words),
                "it says '{words}': {}",
                self.main()
            );
        }
        Ok(self)
    }
}

/// Runs one test on both databases, with home care published: `on_both_sites!(name, |site| { … })` makes `name::sqlite` and
/// `name::postgres`.
#[macro_export]
macro_rules! on_both_sites {
    ($name:ident, |$site:ident| $body:block) => {
        mod $name {
            use super::*;
            async fn run(database: linli_world::Database) -> anyhow::Result<()> {
                let $site = $crate::site::Site::with_home_care(database).await?;
                $body
                Ok(())
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() -> anyhow::Result<()> {
                run(linli_world::Database::Sqlite).await
            }
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() -> anyhow::Result<()> {
                run(linli_world::Database::Postgres).await
            }
        }
    };
}

/// Runs one test on the embedded database, with home care published.
#[macro_export]
macro_rules! on_site {
    ($name:ident, |$site:ident| $body:block) => {
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() -> anyhow::Result<()> {
            let $site = $crate::site::Site::with_home_care(linli_world::Database::Sqlite).await?;
            $body
            Ok(())
        }
    };
}
