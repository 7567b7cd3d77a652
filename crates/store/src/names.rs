//! Names of networks that a page mentions.

use std::collections::BTreeMap;

use crate::narrow::Statement;
use crate::{Store, StoreError};

impl Store {
    /// Those of these networks that are in the publication, with their names.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn networks_known(
        &self,
        publication: i64,
        asns: impl IntoIterator<Item = u32>,
    ) -> Result<BTreeMap<u32, Option<String>>, StoreError> {
        let mut asns: Vec<u32> = asns.into_iter().collect();
        asns.sort_unstable();
        asns.dedup();
        if asns.is_empty() {
            return Ok(BTreeMap::new());
        }
        let statement = Statement::new("SELECT asn, name FROM network WHERE publication = ")
            .bind(publication)
            .push(" AND asn IN ")
            .list(asns.into_iter().map(i64::from));
        let rows: Vec<(i64, Option<String>)> = self.rows(statement).await?;
        Ok(rows.into_iter().filter_map(|(asn, name)| Some((u32::try_from(asn).ok()?, name))).collect())
    }
}
