//! Statements, the five kinds of value that cross to an engine, and how rows become types.

use crate::error::StoreError;

/// One SQL statement with a name. Parameters are `$1`, `$2`, … on both engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stmt {
    /// Name for errors and logs; unique in [`crate::statements`].
    pub name: &'static str,
    /// Text in the portable subset.
    pub sql: &'static str,
}

impl Stmt {
    pub(crate) const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql }
    }
}

/// A parameter or a column. Times are milliseconds UTC, booleans 0 or 1, ids and JSON text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// SQL NULL.
    Null,
    /// BIGINT.
    I64(i64),
    /// DOUBLE PRECISION.
    F64(f64),
    /// TEXT.
    Text(String),
    /// BLOB or BYTEA.
    Bytes(Vec<u8>),
}

/// A Rust type that is one column.
pub(crate) trait Field: Sized {
    fn into_value(self) -> Value;
    fn from_value(value: Value) -> Option<Self>;
}

impl Field for i64 {
    fn into_value(self) -> Value {
        Value::I64(self)
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::I64(number) => Some(number),
            _ => None,
        }
    }
}

impl Field for bool {
    fn into_value(self) -> Value {
        Value::I64(i64::from(self))
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::I64(0) => Some(false),
            Value::I64(1) => Some(true),
            _ => None,
        }
    }
}

impl Field for f64 {
    fn into_value(self) -> Value {
        Value::F64(self)
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::F64(number) => Some(number),
            _ => None,
        }
    }
}

impl Field for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl Field for Vec<u8> {
    fn into_value(self) -> Value {
        Value::Bytes(self)
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }
}

impl<T: Field> Field for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, Field::into_value)
    }
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Null => Some(None),
            other => T::from_value(other).map(Some),
        }
    }
}

/// One row on its way to a type: columns are taken in the order of the statement.
pub(crate) struct Columns {
    name: &'static str,
    values: std::vec::IntoIter<Value>,
    taken: usize,
}

impl Columns {
    pub(crate) fn new(name: &'static str, values: Vec<Value>) -> Self {
        Self {
            name,
            values: values.into_iter(),
            taken: 0,
        }
    }

    pub(crate) fn take<T: Field>(&mut self) -> Result<T, StoreError> {
        self.taken += 1;
        self.values.next().and_then(T::from_value).ok_or_else(|| {
            StoreError::Broken(format!(
                "{}: column {} is not of its type",
                self.name, self.taken
            ))
        })
    }
}

/// A type that is one row.
pub(crate) trait FromRow: Sized {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError>;
}

/// A type whose columns can be written, in the order of the table's statements.
pub(crate) trait IntoRow {
    fn into_values(self) -> Vec<Value>;
}

impl<T: Field> FromRow for (T,) {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok((columns.take()?,))
    }
}

impl<A: Field, B: Field> FromRow for (A, B) {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok((columns.take()?, columns.take()?))
    }
}

impl<A: Field, B: Field, C: Field> FromRow for (A, B, C) {
    fn from_row(columns: &mut Columns) -> Result<Self, StoreError> {
        Ok((columns.take()?, columns.take()?, columns.take()?))
    }
}

/// Declares a row type: its fields are its columns, in that order. Fields after `beside` are no
/// columns; reading gives them their default.
macro_rules! row {
    (
        $(#[$meta:meta])* $name:ident { $( $(#[$doc:meta])* $field:ident : $kind:ty, )* }
        $( beside { $( $(#[$bdoc:meta])* $bfield:ident : $bkind:ty, )* } )?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct $name {
            $( $(#[$doc])* pub $field: $kind, )*
            $( $( $(#[$bdoc])* pub $bfield: $bkind, )* )?
        }

        impl $crate::value::IntoRow for $name {
            fn into_values(self) -> Vec<$crate::value::Value> {
                vec![ $( $crate::value::Field::into_value(self.$field) ),* ]
            }
        }

        impl $crate::value::FromRow for $name {
            fn from_row(
                columns: &mut $crate::value::Columns,
            ) -> Result<Self, $crate::error::StoreError> {
                Ok(Self {
                    $( $field: columns.take()?, )*
                    $( $( $bfield: Default::default(), )* )?
                })
            }
        }
    };
}
pub(crate) use row;

/// Declares statements as constants and lists them, so that none can miss its test.
macro_rules! statements {
    ($vis:vis $list:ident: $( $name:ident = $label:literal, $sql:literal; )*) => {
        $( pub(crate) const $name: $crate::value::Stmt = $crate::value::Stmt::new($label, $sql); )*
        /// All statements of this file.
        $vis const $list: &[$crate::value::Stmt] = &[ $( $name ),* ];
    };
}
pub(crate) use statements;
