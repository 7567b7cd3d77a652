use std::io::Write;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use parquet::schema::types::{Type, TypePtr};

use crate::{Column, ColumnKind, LakeError, Value};

/// Rows per row group: what a reader that looks for one key has to decode at least.
const ROW_GROUP_ROWS_MAX: usize = 8_192;

/// Writes a table as Parquet. Rows have one value per column; a value of another type is written as null
/// only if it is [`Value::Null`] and is our bug otherwise.
///
/// # Errors
/// When `out` cannot be written.
///
/// # Panics
/// When a row does not fit the columns.
pub fn write<W: Write + Send>(
    out: W,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<Value>>,
) -> Result<W, LakeError> {
    write_in_groups(out, columns, rows, ROW_GROUP_ROWS_MAX)
}

/// [`write`] with row groups of at most `group_rows_max` rows.
pub(crate) fn write_in_groups<W: Write + Send>(
    out: W,
    columns: &[Column],
    rows: impl IntoIterator<Item = Vec<Value>>,
    group_rows_max: usize,
) -> Result<W, LakeError> {
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?))
        .set_created_by("observatory".to_owned())
        .build();
    let mut writer = SerializedFileWriter::new(out, schema(columns)?, Arc::new(properties))?;
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let group: Vec<Vec<Value>> = rows.by_ref().take(group_rows_max).collect();
        let mut group_writer = writer.next_row_group()?;
        for (index, column) in columns.iter().enumerate() {
            column_of(&mut group_writer, *column, group.iter().map(|row| &row[index]))?;
        }
        group_writer.close()?;
    }
    Ok(writer.into_inner()?)
}

fn schema(columns: &[Column]) -> Result<TypePtr, LakeError> {
    let field = |column: &Column| {
        let (physical, logical) = match column.kind {
            ColumnKind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            ColumnKind::Integer => (Physical::INT64, None),
            ColumnKind::Float => (Physical::DOUBLE, None),
            ColumnKind::Boolean => (Physical::BOOLEAN, None),
        };
        Type::primitive_type_builder(column.name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical)
            .build()
            .map(Arc::new)
    };
    let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(Type::group_type_builder("table").with_fields(fields).build()?))
}

fn column_of<'a, W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    column: Column,
    cells: impl Iterator<Item = &'a Value>,
) -> Result<(), LakeError> {
    let cells: Vec<&Value> = cells.collect();
    let present: Vec<i16> = cells.iter().map(|cell| i16::from(**cell != Value::Null)).collect();
    let filled = cells.iter().filter(|cell| ***cell != Value::Null);
    let mut writer = group.next_column()?.expect("the schema has as many columns");
    let levels = Some(&present[..]);
    match column.kind {
        ColumnKind::Text => {
            let values = filled.map(|cell| match cell {
                Value::Text(text) => ByteArray::from(text.as_str()),
                other => wrong(column, other),
            });
            writer.typed::<ByteArrayType>().write_batch(&values.collect::<Vec<_>>(), levels, None)?;
        }
        ColumnKind::Integer => {
            let values = filled.map(|cell| cell.as_integer().unwrap_or_else(|| wrong(column, cell)));
            writer.typed::<Int64Type>().write_batch(&values.collect::<Vec<_>>(), levels, None)?;
        }
        ColumnKind::Float => {
            let values = filled.map(|cell| match cell {
                Value::Float(n) => *n,
                other => wrong(column, other),
            });
            writer.typed::<DoubleType>().write_batch(&values.collect::<Vec<_>>(), levels, None)?;
        }
        ColumnKind::Boolean => {
            let values = filled.map(|cell| cell.as_boolean().unwrap_or_else(|| wrong(column, cell)));
            writer.typed::<BoolType>().write_batch(&values.collect::<Vec<_>>(), levels, None)?;
        }
    }
    writer.close()?;
    Ok(())
}

fn wrong<T>(column: Column, cell: &Value) -> T {
    panic!("column `{}` holds {:?}, not {cell:?}", column.name, column.kind)
}
