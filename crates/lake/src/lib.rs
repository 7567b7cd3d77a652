//! Columns at rest: tables as Parquet files in immutable generation directories.
//!
//! A generation is named by the digest of what it was computed from and with. It is written under a
//! temporary name, synced and renamed: it exists whole or not at all. Only this crate reads and writes
//! Parquet.

mod as_sets;
mod by_prefix;
mod customers;
mod facts;
mod generation;
mod read;
mod registered;
mod routes;
mod table;
mod touching;
mod write;

pub use as_sets::{
    AS_SETS_FILE, AsSetRow, Bounds, Cut, Expansion, SetsAbout, as_sets, as_sets_about, expand_as_set,
    write_as_sets,
};
pub use by_prefix::{ROUTES_BY_PREFIX_FILE, routes_of_prefix, write_routes_by_prefix};
pub use customers::{CustomerRow, Customers, CustomersKnown, customers, write_customers};
pub use facts::{facts, facts_of, framework, write_facts, write_framework};
pub use generation::{Draft, Lake};
pub use read::{Rows, rows};
pub use registered::{
    BogonRow, DelegatedRow, ObjectRow, Registered, RoutePlace, VrpRow, registered, write_registered,
};
pub use routes::{ROUTE_COLUMNS, ROUTES_FILE, RouteRow, routes};
pub use table::{Column, ColumnKind, Value};
pub use touching::{PrefixRow, Reach, TooMany, touching, write_touchable};
pub use write::write;

use std::path::PathBuf;

/// The world failed while columns were read or written.
#[derive(Debug, thiserror::Error)]
pub enum LakeError {
    /// The file system refused.
    #[error("{path}: {source}")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no Parquet file, or is damaged.
    #[error("{path}: not a readable Parquet file: {source}")]
    Parquet {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: parquet::errors::ParquetError,
    },
    /// A row does not have the shape this version writes.
    #[error("{path}: holds rows of another shape: compute the month again")]
    Row {
        /// The file.
        path: PathBuf,
    },
    /// Writing columns failed.
    #[error("columns cannot be written: {0}")]
    Write(#[from] parquet::errors::ParquetError),
}
