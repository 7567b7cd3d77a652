//! The inner loops, each by itself: `cargo bench --package inner`.
