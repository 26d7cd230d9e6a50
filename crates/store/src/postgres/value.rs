//! Values on the wire.

use bytes::BytesMut;
use tokio_postgres::Row;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};

use crate::error::StoreError;
use crate::value::Value;

impl ToSql for Value {
    fn to_sql(
        &self,
        ty: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        let fits = match self {
            Self::Null => true,
            Self::I64(_) => *ty == Type::INT8,
            Self::F64(_) => *ty == Type::FLOAT8,
            Self::Text(_) => *ty == Type::TEXT || *ty == Type::VARCHAR,
            Self::Bytes(_) => *ty == Type::BYTEA,
        };
        if !fits {
            return Err(format!("a parameter is of type {ty}").into());
        }
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::I64(number) => number.to_sql(ty, out),
            Self::F64(number) => number.to_sql(ty, out),
            Self::Text(text) => text.to_sql(ty, out),
            Self::Bytes(bytes) => bytes.to_sql(ty, out),
        }
    }

    // Which value comes is known only with the value; `to_sql` compares.
    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

/// A row as values.
pub(super) fn columns(row: &Row) -> Result<Vec<Value>, StoreError> {
    let mut values = Vec::with_capacity(row.len());
    for (place, column) in row.columns().iter().enumerate() {
        let ty = column.type_();
        let value = if *ty == Type::INT8 {
            row.try_get::<_, Option<i64>>(place)
                .map(|number| number.map(Value::I64))
        } else if *ty == Type::FLOAT8 {
            row.try_get::<_, Option<f64>>(place)
                .map(|number| number.map(Value::F64))
        } else if *ty == Type::BYTEA {
            row.try_get::<_, Option<Vec<u8>>>(place)
                .map(|bytes| bytes.map(Value::Bytes))
        } else {
            row.try_get::<_, Option<String>>(place)
                .map(|text| text.map(Value::Text))
        };
        let value = value.map_err(|error| {
            StoreError::Broken(format!("column {} of type {ty}: {error}", column.name()))
        })?;
        values.push(value.unwrap_or(Value::Null));
    }
    Ok(values)
}
