//! The binary itself on real data: what goes in, what comes out, and what happens when it is killed, fed
//! damage or asked for nonsense. One program, so that a costly month is computed once for every test.

mod april;
mod commands;
mod damage;
mod determinism;
mod explain;
mod formats;
mod kill;
mod oracle;
mod reading;
mod replay;
mod score;
mod world;
mod worlds;
