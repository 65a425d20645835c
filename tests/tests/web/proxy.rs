//! Behind a proxy and in the open: whose address a request counts for, and whether cookies are for HTTPS only.

use anyhow::Result;
use linli_tests::on_site;
use linli_tests::site::Site;
use linli_web::Reach;
use reqwest::{Client, Response, StatusCode};
use std::net::SocketAddr;
use tokio::net::TcpListener;

/// The same host, as a proxy reaches it.
async fn behind_proxy(site: &Site) -> Result<SocketAddr> {
    let reach = Reach { behind_proxy: true };
    let router = linli_web::router(site.world.core.clone(), site.engine.clone(), reach);
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    Ok(address)
}

async fn log_in(to: SocketAddr, name: &str, password: &str, forwarded: &str) -> Result<Response> {
    linli_jobs::channel::choose_cryptography();
    let http = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()?;
    let request = http
        .post(format!("http://{to}/login"))
        .header("sec-fetch-site", "same-origin")
        .header("x-forwarded-for", forwarded)
        .form(&[("name", name), ("password", password)]);
    Ok(request.send().await?)
}

on_site!(behind_a_proxy_its_word_counts_and_nobody_elses, |site| {
    let proxied = behind_proxy(&site).await?;
    let answer = log_in(proxied, "li", linli_world::PASSWORD, "192.0.2.7").await?;
    let cookies: Vec<_> = answer.headers().get_all("set-cookie").iter().collect();
    assert_eq!(cookies.len(), 2);
    for cookie in cookies {
        assert!(cookie.to_str()?.contains("; Secure"), "{cookie:?}");
    }
    // What a client claims stands before what the proxy adds, or in a line before.
    for number in 0..40 {
        let claimed = format!("198.51.100.{number}, 192.0.2.7");
        let name = format!("guess{number}");
        let refused = log_in(proxied, &name, "wrong", &claimed).await?;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    }
    let locked = log_in(proxied, "another", "wrong", "198.51.100.77, 192.0.2.7").await?;
    assert_eq!(locked.status(), StatusCode::TOO_MANY_REQUESTS);
    let other = log_in(proxied, "another", "wrong", "192.0.2.7, 192.0.2.8").await?;
    assert_eq!(other.status(), StatusCode::UNAUTHORIZED);
});

on_site!(in_the_open_nobody_chooses_their_address, |site| {
    let answer = log_in(site.address, "li", linli_world::PASSWORD, "192.0.2.7").await?;
    for cookie in answer.headers().get_all("set-cookie") {
        assert!(!cookie.to_str()?.contains("Secure"), "{cookie:?}");
    }
    for number in 0..40 {
        let name = format!("guess{number}");
        let claimed = format!("198.51.100.{number}");
        let refused = log_in(site.address, &name, "wrong", &claimed).await?;
        assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    }
    let locked = log_in(site.address, "another", "wrong", "198.51.100.99").await?;
    assert_eq!(locked.status(), StatusCode::TOO_MANY_REQUESTS);
});
