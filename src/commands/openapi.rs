//! `stoa openapi`: the API's description, for generators of clients.

use std::process::ExitCode;

use utoipa::OpenApi;

use crate::web::openapi::ApiDoc;

/// Prints it as JSON.
pub fn run() -> anyhow::Result<ExitCode> {
    println!("{}", ApiDoc::openapi().to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}
