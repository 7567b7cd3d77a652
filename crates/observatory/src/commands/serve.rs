//! `observatory serve`: the pages.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use tokio::net::TcpListener;

use super::ConfigArg;
use crate::config::Config;
use crate::month::Data;
use crate::records::RecordFiles;

/// Serve the pages of the published months.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    config: ConfigArg,
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
}

/// Runs the command.
pub async fn run(args: Args) -> Result<ExitCode> {
    let config = Config::read(&args.config.config)?;
    serve(&config, bind(args.listen).await?).await
}

/// Takes an address; done first, so that a taken one is told before anything is computed.
pub async fn bind(listen: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| {
        format!("cannot listen on {listen}: choose another address with --listen, such as 127.0.0.1:0")
    })
}

/// Serves the publications of a configuration until the process is told to stop.
pub async fn serve(config: &Config, listener: TcpListener) -> Result<ExitCode> {
    let data = Data::open(config).await?;
    if data.store.months().await?.is_empty() {
        eprintln!("no month is published yet: pages stay empty until `observatory month` has run");
    }
    println!("serving http://{}/ (stop with Ctrl-C)", listener.local_addr()?);
    axum::serve(listener, site(config, data)).with_graceful_shutdown(stopped()).await?;
    Ok(ExitCode::SUCCESS)
}

/// The pages, which tell of the archive too.
pub fn site(config: &Config, data: Data) -> axum::Router {
    let records = Arc::new(RecordFiles::of(config));
    let keys = web::Keys::of(config.keys.iter().map(|key| key.digest));
    let config = config.clone();
    let sources = move || super::sources::states(&config).map_err(|error| format!("{error:#}"));
    let state = web::State { store: data.store, lake: data.lake, records };
    web::router_with(state, web::SourceStates::of(sources), keys)
}

/// Until the process is told to stop.
pub async fn stopped() {
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = terminated => {}
    }
}
