//! `stoa doctor` looks at the providers, too.

use std::process::Command;

use tempfile::TempDir;

use crate::support::issuer::{Issuer, SECRET};
use crate::support::upstream::refusing;

async fn doctor(issuer: &str) -> (bool, String) {
    let folder = TempDir::new().unwrap();
    let config = format!(
        "listen = '127.0.0.1:0'\nbase_url = 'https://stoa.example/'\n[[identity_providers]]\nname = 'company'\nkind = 'oidc'\n\
         issuer = '{issuer}'\nclient_id = 'stoa'"
    );
    std::fs::write(folder.path().join("stoa.toml"), config).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_stoa"));
    command.arg("doctor").current_dir(folder.path()).env("STOA_DATA_DIR", folder.path());
    command.env("STOA_COMPANY_CLIENT_SECRET", SECRET).env_remove("DATABASE_URL");
    let done = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    (done.status.success(), String::from_utf8(done.stdout).unwrap())
}

#[tokio::test]
async fn it_says_whether_a_provider_answers_and_what_to_register() {
    let issuer = Issuer::start().await;
    let (fine, said) = doctor(&issuer.url).await;
    assert!(fine, "{said}");
    for word in [
        "ok    identity provider company",
        "https://stoa.example/api/auth/callback",
        "https://stoa.example/login",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(!said.contains(SECRET));
}

#[tokio::test]
async fn it_says_what_is_wrong_with_one_that_does_not() {
    let (_socket, address) = refusing();
    let (fine, said) = doctor(&format!("http://{address}")).await;
    assert!(
        !fine && said.contains("FAIL  identity provider company: the sign-in provider cannot be reached"),
        "{said}"
    );
    let issuer = Issuer::start().await;
    let (fine, said) = doctor(&format!("{}/", issuer.url)).await;
    assert!(!fine && said.contains("another than configured"), "{said}");
}
