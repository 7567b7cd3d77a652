//! `observatory`: an open observatory of routing security.

mod commands;
mod config;
mod demo;
mod load;
mod month;
mod norm;
mod progress;
mod records;
mod register;
mod running;
mod tree;
mod workers;

use std::io::IsTerminal;
use std::process::ExitCode;

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = commands::Cli::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn,observatory=info,web=info")),
        )
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match commands::run(cli) {
        Ok(code) => code,
        // Whoever reads our output has had enough: not an error.
        Err(error) if is_broken_pipe(&error) => ExitCode::from(commands::EXIT_OUTPUT_CLOSED),
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(commands::EXIT_ERROR)
        }
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    // The writers of CSV and JSON keep the error of the pipe to themselves: it is no link of the chain.
    let kind = |cause: &(dyn std::error::Error + 'static)| {
        let plain = cause.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        let csv = cause.downcast_ref::<csv::Error>().and_then(|e| match e.kind() {
            csv::ErrorKind::Io(e) => Some(e.kind()),
            _ => None,
        });
        plain.or(json).or(csv)
    };
    error.chain().any(|cause| kind(cause) == Some(std::io::ErrorKind::BrokenPipe))
}
