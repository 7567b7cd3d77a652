//! `observatory demo`: a bundled world, computed and served.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;

use crate::config::Config;

/// Compute and serve a bundled demonstration world: no configuration, no network.
///
/// The world is made up: invented names in documentation space, March to May 2024. It goes through the same steps
/// as a real one; `docs/demo.md` tells its stories.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keep the world, its configuration and what is computed in this folder; otherwise they go with the
    /// process.
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let listener = super::serve::bind(args.listen).await?;
    let temporary;
    let folder = match &args.keep {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            folder.as_path()
        }
        None => {
            temporary = tempfile::Builder::new().prefix("observatory-demo-").tempdir()?;
            temporary.path()
        }
    };
    let config = crate::demo::build(folder).await?;
    println!(
        "the demonstration world is computed, {}; its configuration is {}",
        crate::demo::MONTHS.join(", "),
        config.display()
    );
    println!(
        "try, in another terminal:  observatory explain AS65540 --month {} --config {}",
        crate::demo::MONTH,
        config.display()
    );
    super::serve::serve(&Config::read(&config)?, listener).await
}
