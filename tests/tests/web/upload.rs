//! Files that are no release, and the way of one that is.

use anyhow::Result;
use linli_tests::hostile::{self, EMPTY_PAGES, HEALTHY, WASI_IMPORT};
use linli_tests::on_site;
use linli_tests::site::{Client, HOME_CARE, Site, home_care, sign};
use linli_world::Database;
use minisign::KeyPair;
use reqwest::{Method, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const NOTHING_LOST: &str = "Other releases and enabled services have not changed";

async fn is_empty(admin: &Client) -> Result<()> {
    admin
        .get("/admin/releases")
        .await?
        .must(StatusCode::OK, &["There are no releases yet"])?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn files_that_are_no_plugin_are_refused_each_with_its_reason() -> Result<()> {
    let site = Site::open(Database::Sqlite).await?;
    let admin = site.log_in("admin").await?;
    let whole = home_care()?;
    let files: Vec<(Vec<u8>, &str)> = vec![
        (b"#!/bin/sh".to_vec(), "the file is not WebAssembly"),
        (b"\0asm".to_vec(), "the file ends too early"),
        (
            wat::parse_str("(module)")?,
            "a core WebAssembly module, not a component",
        ),
        (
            hostile::from_text("(component)", "jinhui/x", "1.0.0"),
            "a component for another world",
        ),
        (
            hostile::from_text(WASI_IMPORT, "jinhui/x", "1.0.0"),
            "wasi:cli/environment@0.2.6",
        ),
        (
            hostile::from_text(WASI_IMPORT, "jinhui/x", "1.0.0"),
            "linli:host/ballots@0.1.0",
        ),
        (
            hostile::from_text(EMPTY_PAGES, "jinhui/x", "1.0.0"),
            "linli:plugin/pages",
        ),
        (
            hostile::component(HEALTHY, "nobody/x", "1.0.0"),
            "the organisation &#39;nobody&#39; is not registered",
        ),
        (
            hostile::component(HEALTHY, "care/x", "1.0.0"),
            "has no signing key",
        ),
        (
            hostile::component(hostile::LOOP_AT_START, "jinhui/x", "1.0.0"),
            "running time",
        ),
        (whole[..whole.len() / 2].to_vec(), "the file ends too early"),
        (Vec::new(), "Choose both files"),
    ];
    for (file, reason) in files {
        let reason = reason.replace("&#39;", "'");
        let refused = admin.upload(&file, &site.sign(&file)?).await?;
        refused.must(REFUSED, &[&reason])?.must_not(&["panicked"])?;
    }
    is_empty(&admin).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signatures_that_are_not_the_publishers_are_refused_each_with_its_reason() -> Result<()> {
    let site = Site::open(Database::Sqlite).await?;
    let admin = site.log_in("admin").await?;
    let component = hostile::component(HEALTHY, "jinhui/x", "1.0.0");
    let good = site.sign(&component)?;
    let theirs = sign(&KeyPair::generate_unencrypted_keypair()?, &component)?;
    let changed = hostile::component(HEALTHY, "jinhui/x", "1.0.1");
    let comment = good.replace("trusted comment: ", "trusted comment: x");
    for (file, signature, reason) in [
        (&component, "", "Choose both files"),
        (&component, " \n", "signature"),
        (&component, "garbage", "not a minisign signature"),
        (
            &component,
            &good[..good.len() / 2],
            "not a minisign signature",
        ),
        (&component, &theirs, "key"),
        (&changed, &good, "signature"),
        (&component, &comment, "signature"),
    ] {
        admin
            .upload(file, signature)
            .await?
            .must(REFUSED, &[reason])?;
    }
    let request = admin
        .request(Method::POST, "/admin/releases")
        .header("sec-fetch-site", "same-origin");
    let binary = reqwest::multipart::Part::bytes(vec![0xff, 0xfe, 0]).file_name("x.minisig");
    let file = reqwest::multipart::Part::bytes(component.clone()).file_name("x.wasm");
    let form = reqwest::multipart::Form::new()
        .part("component", file)
        .part("signature", binary);
    admin
        .send(request.multipart(form))
        .await?
        .must(REFUSED, &["The signature is not a text file"])?;
    is_empty(&admin).await?;
    admin
        .upload(&component, &good)
        .await?
        .must(StatusCode::SEE_OTHER, &[])?;

    // A key that was revoked signs nothing any more.
    let revoke = admin
        .get("/admin/organisations/jinhui")
        .await?
        .form("/keys/revoke")?;
    admin
        .submit(&revoke)
        .await?
        .must(StatusCode::OK, &["The key is revoked"])?;
    admin
        .upload(&changed, &site.sign(&changed)?)
        .await?
        .must(REFUSED, &["signing key"])?;
    Ok(())
}

on_site!(a_version_that_exists_is_not_replaced, |site| {
    let admin = site.log_in("admin").await?;
    let whole = home_care()?;
    admin
        .upload(&whole, &site.sign(&whole)?)
        .await?
        .must(REFUSED, &["0.1.0", NOTHING_LOST])?;
    let other = hostile::component(HEALTHY, "jinhui/eldercare", "0.1.0");
    admin
        .upload(&other, &site.sign(&other)?)
        .await?
        .must(REFUSED, &["0.1.0", NOTHING_LOST])?;
    let li = site.consenting("li").await?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["Help with bathing"])?;
});

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_of_200_mb_gets_an_answer_and_is_not_kept() -> Result<()> {
    let site = Site::open(Database::Sqlite).await?;
    let admin = site.log_in("admin").await?;
    let part =
        "--x\r\nContent-Disposition: form-data; name=\"component\"; filename=\"big.wasm\"\r\n\r\n";
    let chunk = vec![7; 1 << 20];
    let length = part.len() + 200 * chunk.len();
    let head = format!(
        "POST /admin/releases HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nAccept-Language: en\r\nSec-Fetch-Site: same-origin\r\n\
         Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n",
        site.address,
        admin.cookies()?,
    );
    // As some browsers do it: all is sent before the answer is read.
    let mut stream = TcpStream::connect(site.address).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(part.as_bytes()).await?;
    for _ in 0..200 {
        stream.write_all(&chunk).await?;
    }
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    for words in ["That is too large", "32 MiB", "was not kept"] {
        assert!(answer.contains(words), "{words}: {answer}");
    }
    is_empty(&admin).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn multipart_that_is_none_is_refused() -> Result<()> {
    let site = Site::open(Database::Sqlite).await?;
    let admin = site.log_in("admin").await?;
    for (kind, body) in [
        ("multipart/form-data", "x"),
        ("multipart/form-data; boundary=x", ""),
        ("multipart/form-data; boundary=x", "--x\r\nrubbish"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"component\"\r\n\r\ncut off",
        ),
        ("multipart/form-data; boundary=x", "--x--\r\n"),
        (
            "application/x-www-form-urlencoded",
            "component=x&signature=y",
        ),
        ("text/plain", "component"),
    ] {
        let request = admin
            .request(Method::POST, "/admin/releases")
            .header("content-type", kind)
            .body(body);
        let answer = admin.send(request).await?;
        assert!(
            answer.status.is_client_error() && answer.text.contains("</html>"),
            "{kind} {body}: {}",
            answer.status
        );
    }
    is_empty(&admin).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_release_is_reviewed_granted_and_enabled_in_one_community() -> Result<()> {
    let site = Site::open(Database::Sqlite).await?;
    let admin = site.log_in("admin").await?;
    let li = site.log_in("li").await?;
    let whole = home_care()?;
    let release = admin
        .upload(&whole, &site.sign(&whole)?)
        .await?
        .leads_to()?
        .to_owned();
    let page = admin.get(&release).await?.must(
        StatusCode::OK,
        &[
            "jinhui/eldercare",
            "0.1.0",
            "Waiting",
            "linli:host/appointments@0.1",
            "linli:host/profile@0.1",
            "To see whether you have reached the age for this service",
            "Verified",
            "Care worker",
        ],
    )?;
    let id = release.rsplit('/').next().unwrap_or_default();
    let offer = format!(
        "/admin/installations/enable?release={id}&community={}",
        site.world.east
    );
    let enable = admin
        .get(&offer)
        .await?
        .form("/admin/installations/enable")?;
    let grants: Vec<_> = enable
        .offered("grant")
        .into_iter()
        .map(str::to_owned)
        .collect();
    let enable = grants.iter().fold(enable.without("grant"), |form, grant| {
        form.and("grant", grant)
    });
    admin
        .post_form(&enable)
        .await?
        .must(StatusCode::OK, &["waiting"])?;
    admin
        .submit(&page.form("/approve")?)
        .await?
        .must(StatusCode::OK, &["Approved"])?;
    li.get(HOME_CARE).await?.must(StatusCode::NOT_FOUND, &[])?;

    // Without a grant that it needs, with one that does not exist, with settings out of range: refused, and said why.
    let but = |left_out: &str| {
        let grants = grants.iter().filter(|grant| !grant.contains(left_out));
        grants.fold(enable.clone().without("grant"), |form, grant| {
            form.and("grant", grant)
        })
    };
    let refused = admin.post_form(&but("appointments")).await?;
    refused.must(
        StatusCode::OK,
        &["It cannot be enabled without linli:host/appointments@0.1"],
    )?;
    for value in ["rubbish", "-1", "1000"] {
        let age = enable
            .fields
            .iter()
            .find(|(name, _)| name.contains("minimum-age"))
            .map(|(name, _)| name.clone());
        let refused = admin
            .post_form(&enable.clone().with(&age.unwrap_or_default(), value))
            .await?;
        refused.must(StatusCode::OK, &[value])?;
    }
    li.get(HOME_CARE).await?.must(StatusCode::NOT_FOUND, &[])?;
    admin
        .submit(&enable)
        .await?
        .must(StatusCode::OK, &["is enabled in East"])?;
    li.get(HOME_CARE)
        .await?
        .must(StatusCode::OK, &["asks to use personal data"])?;
    let zhao = site.log_in("zhao").await?;
    zhao.get(&HOME_CARE.replace("east", "west"))
        .await?
        .must(StatusCode::NOT_FOUND, &[])?;

    // A rejected release can be enabled nowhere.
    let other = hostile::component(HEALTHY, "jinhui/other", "1.0.0");
    let release = admin
        .upload(&other, &site.sign(&other)?)
        .await?
        .leads_to()?
        .to_owned();
    let reject = admin
        .get(&release)
        .await?
        .form("/reject")?
        .with("reason", "no");
    admin
        .submit(&reject)
        .await?
        .must(StatusCode::OK, &["Rejected"])?;
    let id = release.rsplit('/').next().unwrap_or_default();
    let pairs = [
        ("release".to_owned(), id.to_owned()),
        ("community".to_owned(), site.world.east.to_string()),
    ];
    admin
        .post("/admin/installations/enable", &pairs)
        .await?
        .must(StatusCode::OK, &["rejected"])?;
    li.get("/c/east/jinhui/other")
        .await?
        .must(StatusCode::NOT_FOUND, &[])?;
    Ok(())
}
