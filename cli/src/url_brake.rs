//! A URL of the team's own that holds a backfill: a dashboard's verdict, a maintenance switch.

use std::sync::Arc;
use std::time::Duration;

use colmig::migrate::{Brake, Brakes, Looking, Reading};
use ureq::Agent;
use ureq::tls::{RootCerts, TlsConfig};

/// How long the URL may take to answer.
const ANSWER: Duration = Duration::from_millis(1_500);

/// Holds unless the URL answers with a status of the class 2xx.
#[derive(Debug)]
pub(crate) struct UrlBrake {
    agent: Agent,
}

impl UrlBrake {
    pub(crate) fn new() -> Arc<Self> {
        // A team's own URL may well have a certificate that only its own machines know.
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier);
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWER))
            .http_status_as_error(false)
            .tls_config(tls.build())
            .user_agent(concat!("cargo-colmig/", env!("CARGO_PKG_VERSION")))
            .build();
        Arc::new(UrlBrake {
            agent: config.into(),
        })
    }
}

impl Brake for UrlBrake {
    fn name(&self) -> &str {
        "url"
    }

    fn look<'a>(&'a self, limits: &'a Brakes) -> Looking<'a> {
        Box::pin(async move {
            let url = limits.url.clone()?;
            let agent = self.agent.clone();
            // The client waits for its answer in a thread.
            let asked = tokio::task::spawn_blocking(move || ask(&agent, &url)).await;
            Some(asked.unwrap_or_else(|error| hold(format!("it was not asked: {error}"))))
        })
    }
}

fn ask(agent: &Agent, url: &str) -> Reading {
    match agent.get(url).call() {
        Ok(answer) if answer.status().is_success() => {
            Reading::new(0.0, format!("{url} answers {}", answer.status()), LIMIT)
        }
        Ok(answer) => hold(format!("{url} answers {}", answer.status())),
        Err(error) => hold(format!("{url} does not answer: {error}")),
    }
}

const LIMIT: &str = "an answer of the class 2xx";

fn hold(reading: String) -> Reading {
    Reading::holding(reading, LIMIT)
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::*;

    /// Answers once with that status. The URL.
    fn answering(status: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/healthy", listener.local_addr().unwrap());
        thread::spawn(move || {
            let (mut client, _) = listener.accept().unwrap();
            let _ = client.read(&mut [0; 1_024]).unwrap();
            let answer =
                format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            client.write_all(answer.as_bytes()).unwrap();
        });
        url
    }

    #[tokio::test]
    async fn anything_but_2xx_holds() {
        let brake = UrlBrake::new();
        assert_eq!(brake.look(&Brakes::default()).await, None, "switched off");
        let look = async |url: String| {
            let limits = Brakes {
                url: Some(url),
                ..Brakes::default()
            };
            brake.look(&limits).await.unwrap()
        };
        assert!(!look(answering("204 No Content")).await.holds());
        let held = look(answering("503 Service Unavailable")).await;
        assert!(held.holds() && held.reading.contains("503"), "{held:?}");
        let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = nobody.local_addr().unwrap();
        drop(nobody);
        let held = look(format!("http://{address}/")).await;
        assert!(
            held.holds() && held.reading.contains("does not answer"),
            "{held:?}"
        );
    }
}
