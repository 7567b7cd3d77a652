use core::fmt;
use std::sync::Arc;

/// Rows that are made each time they are gone through, the same each time: all at once they would take more memory than
/// everything they are made from.
#[derive(Clone)]
pub struct Made<'a, T>(Arc<dyn Fn() -> Rows<'a, T> + Send + Sync + 'a>);

/// One after the other.
pub type Rows<'a, T> = Box<dyn Iterator<Item = T> + Send + 'a>;

impl<'a, T> Made<'a, T> {
    /// What `make` makes.
    pub fn new(make: impl Fn() -> Rows<'a, T> + Send + Sync + 'a) -> Made<'a, T> {
        Made(Arc::new(make))
    }

    /// All of them.
    pub fn iter(&self) -> Rows<'a, T> {
        (self.0)()
    }
}

impl<T: Clone + Send + Sync + 'static> From<Vec<T>> for Made<'static, T> {
    fn from(rows: Vec<T>) -> Made<'static, T> {
        let rows: Arc<[T]> = rows.into();
        Made::new(move || {
            let rows = Arc::clone(&rows);
            Box::new((0..rows.len()).map(move |place| rows[place].clone()))
        })
    }
}

impl<T> fmt::Debug for Made<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Made")
    }
}
