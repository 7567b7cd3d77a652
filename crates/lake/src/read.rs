use std::fs::File;
use std::path::{Path, PathBuf};

use parquet::column::reader::ColumnReader;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::statistics::Statistics;
use parquet::record::Field;

use crate::{LakeError, Value};

/// Rows of a Parquet file, row group by row group, in the order written.
pub struct Rows {
    path: PathBuf,
    reader: SerializedFileReader<File>,
    groups: std::vec::IntoIter<usize>,
    current: std::vec::IntoIter<Vec<Value>>,
}

/// Opens a table. With `key`, row groups that by their statistics cannot hold `value` in the column are
/// not decoded; rows of the others come whole, so the caller still compares.
///
/// # Errors
/// When the file cannot be opened or is no Parquet file.
pub fn rows(path: &Path, key: Option<(&str, i64)>) -> Result<Rows, LakeError> {
    let file = File::open(path).map_err(|source| LakeError::Io { path: path.to_owned(), source })?;
    let reader = SerializedFileReader::new(file)
        .map_err(|source| LakeError::Parquet { path: path.to_owned(), source })?;
    let groups: Vec<usize> = (0..reader.num_row_groups())
        .filter(|&group| key.is_none_or(|(column, value)| may_hold(&reader, group, column, value)))
        .collect();
    Ok(Rows { path: path.to_owned(), reader, groups: groups.into_iter(), current: Vec::new().into_iter() })
}

fn may_hold(reader: &SerializedFileReader<File>, group: usize, column: &str, value: i64) -> bool {
    bounds(reader, group, column).is_none_or(|(min, max)| min <= value && max >= value)
}

fn bounds(reader: &SerializedFileReader<File>, group: usize, column: &str) -> Option<(i64, i64)> {
    let group = reader.metadata().row_group(group);
    let chunk = group.columns().iter().find(|c| c.column_path().string() == column)?;
    match chunk.statistics()? {
        Statistics::Int64(s) => Some((*s.min_opt()?, *s.max_opt()?)),
        _ => None,
    }
}

impl Rows {
    /// How many row groups the table has.
    pub(crate) fn groups_count(&self) -> usize {
        self.reader.num_row_groups()
    }

    /// Least and greatest value of a column of whole numbers in a row group, as far as its statistics tell.
    pub(crate) fn bounds(&self, group: usize, column: &str) -> Option<(i64, i64)> {
        bounds(&self.reader, group, column)
    }

    /// The values, nulls left out, of the column of whole numbers at `index` in a row group.
    pub(crate) fn integers(&self, group: usize, index: usize) -> Result<Vec<i64>, LakeError> {
        let wrong = |source| LakeError::Parquet { path: self.path.clone(), source };
        let group = self.reader.get_row_group(group).map_err(wrong)?;
        let rows = group.metadata().num_rows().max(0) as usize;
        let (mut values, mut levels) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        match group.get_column_reader(index).map_err(wrong)? {
            ColumnReader::Int64ColumnReader(mut column) => {
                column.read_records(rows, Some(&mut levels), None, &mut values).map_err(wrong)?;
                Ok(values)
            }
            _ => Err(LakeError::Row { path: self.path.clone() }),
        }
    }

    /// The rows of a row group.
    pub(crate) fn decode(&self, group: usize) -> Result<Vec<Vec<Value>>, LakeError> {
        let wrong = |source| LakeError::Parquet { path: self.path.clone(), source };
        let group = self.reader.get_row_group(group).map_err(wrong)?;
        let mut out = Vec::with_capacity(group.metadata().num_rows().max(0) as usize);
        for row in group.get_row_iter(None).map_err(wrong)? {
            let row = row.map_err(wrong)?;
            let cell = |field: &Field| match field {
                Field::Str(text) => Value::Text(text.clone()),
                Field::Long(n) => Value::Integer(*n),
                Field::Double(n) => Value::Float(*n),
                Field::Bool(b) => Value::Boolean(*b),
                _ => Value::Null,
            };
            out.push(row.get_column_iter().map(|(_, field)| cell(field)).collect());
        }
        Ok(out)
    }
}

impl Iterator for Rows {
    type Item = Result<Vec<Value>, LakeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.current.next() {
                return Some(Ok(row));
            }
            let group = self.groups.next()?;
            match self.decode(group) {
                Ok(rows) => self.current = rows.into_iter(),
                Err(e) => return Some(Err(e)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Column, write};

    const COLUMNS: &[Column] =
        &[Column::integer("asn"), Column::text("name"), Column::float("score"), Column::boolean("counted")];

    fn row(n: i64) -> Vec<Value> {
        let name = (n % 3 != 0).then(|| format!("network {n}"));
        vec![n.into(), name.into(), (n as f64 / 7.0).into(), (n % 2 == 0).into()]
    }

    #[test]
    fn what_is_written_is_read_in_order() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.parquet");
        let file = File::create(&path).unwrap();
        write(file, COLUMNS, (0..20_000).map(row)).unwrap().sync_all().unwrap();
        let all: Vec<_> = rows(&path, None).unwrap().collect::<Result<_, _>>().unwrap();
        assert_eq!(all, (0..20_000).map(row).collect::<Vec<_>>());
        let some: Vec<_> = rows(&path, Some(("asn", 9_000))).unwrap().map(Result::unwrap).collect();
        assert!(some.len() < 10_000 && some.contains(&row(9_000)));
    }

    #[test]
    fn what_is_no_parquet_file_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.parquet");
        std::fs::write(&path, b"<html>").unwrap();
        assert!(rows(&path, None).err().unwrap().to_string().contains("not a readable Parquet file"));
    }
}
