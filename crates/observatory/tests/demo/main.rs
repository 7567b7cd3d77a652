//! The demonstration world: what `docs/demo.md` tells of it is what is computed, there is something of every kind, and it
//! comes out the same each time.

mod computed;
mod kinds;
mod repairs;
mod roas;
mod stories;
