//! How our types stand in columns.

use jiff::Timestamp;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use super::{AttemptId, Cause, Evidence, RunId};
use crate::rows::{RangeSet, RowNumber, RowRange, Shard};

/// A time as the schema has it: milliseconds since 1970, which no year a journal can see overflows.
pub(super) struct Millis(pub(super) Timestamp);

impl ToSql for Millis {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_millisecond().into())
    }
}

impl FromSql for Millis {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Timestamp::from_millisecond(value.as_i64()?).map(Self).map_err(FromSqlError::other)
    }
}

/// Row numbers as people read them.
pub(super) struct Ranges(pub(super) RangeSet);

impl FromSql for Ranges {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_str()?.parse().map(Self).map_err(FromSqlError::other)
    }
}

/// A share of the rows; all of them are NULL.
pub(super) struct Share(pub(super) Shard);

impl ToSql for Share {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        (!self.0.is_whole())
            .then(|| self.0.to_string())
            .map_or(Ok(ToSqlOutput::from(rusqlite::types::Null)), |text| Ok(text.into()))
    }
}

impl FromSql for Share {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        match value {
            ValueRef::Null => Ok(Self(Shard::WHOLE)),
            text => text.as_str()?.parse().map(Self).map_err(FromSqlError::other),
        }
    }
}

impl ToSql for RowNumber {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for RowNumber {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        u64::column_result(value).map(Self)
    }
}

/// The range in the columns `first` and `first + 1`.
pub(super) fn range_at(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<RowRange> {
    let range = RowRange { first: row.get(first)?, last: row.get(first + 1)? };
    if range.first > range.last {
        return Err(rusqlite::Error::IntegralValueOutOfRange(first, row.get(first)?));
    }
    Ok(range)
}

impl ToSql for AttemptId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for AttemptId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

impl ToSql for RunId {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for RunId {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        String::column_result(value).map(Self)
    }
}

/// The words for an enum in the schema, in one table for both directions.
macro_rules! words {
    ($type:ty { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl ToSql for $type {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(match self { $(Self::$variant => $word),+ }.into())
            }
        }

        impl FromSql for $type {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                match value.as_str()? {
                    $($word => Ok(Self::$variant),)+
                    other => Err(FromSqlError::Other(format!("`{other}` is not known here").into())),
                }
            }
        }
    };
}

words!(Cause { Refused => "refused", RolledBack => "rolled back", LeftOut => "left out", Abandoned => "abandoned" });
words!(Evidence { Answer => "answer", References => "references", Content => "content", User => "user" });
