//! `observatory key`: keys for `/v1`.

use std::io::{Read, Write};
use std::process::ExitCode;

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::config::Key;

/// Keys for programs that ask `/v1`; without one in the configuration it is open to everybody.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    New(New),
}

/// Make a key: prints it, once, and its line for the configuration, which holds nothing but its digest.
#[derive(clap::Args, Debug)]
struct New {
    /// Whose it is, so that it can be found again to take it back.
    name: String,
}

/// What every key begins with, so that one that got lost somewhere is known for what it is.
const BEGIN: &str = "obs_";

/// Runs the command.
pub fn run(args: &Args) -> Result<ExitCode> {
    let Command::New(new) = &args.command;
    let mut octets = [0; 32];
    let random = std::fs::File::open("/dev/urandom").and_then(|mut file| file.read_exact(&mut octets));
    random.context("this system gives no random numbers at /dev/urandom")?;
    let key = key_of(&octets);
    let entry = Key::new(&new.name, digest(&key)).map_err(anyhow::Error::msg)?.entry();
    let mut out = std::io::stdout().lock();
    writeln!(out, "The key, which is shown this once and kept nowhere:\n\n{key}\n")?;
    writeln!(out, "For the list `keys` of the table [api] in the configuration:\n\n    {entry:?},\n")?;
    writeln!(out, "It opens /v1 as soon as the server is started again; without its line it opens nothing.")?;
    Ok(ExitCode::SUCCESS)
}

fn key_of(octets: &[u8; 32]) -> String {
    let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
    format!("{BEGIN}{digits}")
}

fn digest(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}
