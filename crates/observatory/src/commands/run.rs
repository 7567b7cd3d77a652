//! `observatory run`: serves, fetches and computes.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::net::TcpListener;
use tokio::sync::watch;

use super::ConfigArg;
use super::serve::{bind, site, stopped};
use crate::config::Config;
use crate::month::Data;
use crate::running::{Lane, STOP_SECONDS_MAX, told};

/// Serve the pages, and fetch and compute by itself.
///
/// Fetches every source in the interval of `[run]`, computes the current month after each fetch that brought
/// something for it and at least daily, and a finished month for some days as late files come. What it does is a
/// job in the store: killed at any moment and started again, it takes up what was running. `observatory jobs`
/// and the sources page show the jobs. On SIGTERM it gives a job back that is not over within 10 seconds.
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
    let config = Arc::new(Config::read(&args.config.config)?);
    let listener = bind(args.listen).await?;
    let data = Data::open(&config).await?;
    println!("serving http://{}/ and running by itself (stop with Ctrl-C)", listener.local_addr()?);
    let (stop, is_stopping) = watch::channel(false);
    let lanes: Vec<_> = Lane::each(&config, &data.store, &is_stopping)
        .into_iter()
        .map(|lane| tokio::spawn(lane.run()))
        .collect();
    let served = tokio::spawn(serve(listener, site(&config, data), is_stopping));
    stopped().await;
    tracing::info!("stopping");
    stop.send_replace(true);
    for lane in lanes {
        lane.await?;
    }
    served.await??;
    Ok(ExitCode::SUCCESS)
}

/// Serves until it is time to stop; whoever is still being answered then has a little longer.
async fn serve(listener: TcpListener, router: axum::Router, mut stop: watch::Receiver<bool>) -> Result<()> {
    let mut also = stop.clone();
    let until = async move { told(&mut also).await };
    let answering = axum::serve(listener, router).with_graceful_shutdown(until);
    tokio::select! {
        answered = async { answering.await } => answered.map_err(Into::into),
        () = async {
            told(&mut stop).await;
            tokio::time::sleep(Duration::from_secs(STOP_SECONDS_MAX)).await;
        } => Ok(()),
    }
}
