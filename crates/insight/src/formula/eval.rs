//! What a formula comes to.

use crate::number::{Miscount, rounded};
use rust_decimal::Decimal;

/// A value as formulas see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// There is none.
    Missing,
    /// True or false.
    Flag(bool),
    /// An exact decimal.
    Number(Decimal),
    /// A word.
    Word(&'a str),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Relation {
    Same,
    Other,
    Less,
    Most,
    More,
    Least,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reckoning {
    Plus,
    Minus,
    Times,
    Over,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node {
    Number(Decimal),
    Word(String),
    Flag(bool),
    Slot(usize),
    Not(Box<Node>),
    Both(Box<Node>, Box<Node>),
    Either(Box<Node>, Box<Node>),
    Compare(Relation, Box<Node>, Box<Node>),
    OneOf(Box<Node>, Vec<String>),
    Known(Box<Node>),
    Reckon(Reckoning, Box<Node>, Box<Node>),
    Negative(Box<Node>),
    Least(Vec<Node>),
    Greatest(Vec<Node>),
    Round(Box<Node>, u32),
    If(Box<Node>, Box<Node>, Box<Node>),
    OrElse(Box<Node>, Box<Node>),
}

impl Node {
    pub(super) fn value<'a>(&'a self, values: &[Value<'a>]) -> Result<Value<'a>, Miscount> {
        Ok(match self {
            Self::Number(number) => Value::Number(*number),
            Self::Word(word) => Value::Word(word),
            Self::Flag(flag) => Value::Flag(*flag),
            Self::Slot(slot) => values.get(*slot).copied().unwrap_or(Value::Missing),
            Self::Not(node) => Value::Flag(!yes(node.value(values)?)),
            Self::Both(a, b) => Value::Flag(yes(a.value(values)?) && yes(b.value(values)?)),
            Self::Either(a, b) => Value::Flag(yes(a.value(values)?) || yes(b.value(values)?)),
            Self::Compare(relation, a, b) => {
                Value::Flag(compare(*relation, a.value(values)?, b.value(values)?))
            }
            Self::OneOf(node, words) => Value::Flag(match node.value(values)? {
                Value::Word(word) => words.iter().any(|known| known == word),
                _ => false,
            }),
            Self::Known(node) => Value::Flag(!matches!(
                node.value(values)?,
                Value::Missing | Value::Word("")
            )),
            Self::Reckon(how, a, b) => match (a.value(values)?, b.value(values)?) {
                (Value::Number(a), Value::Number(b)) => reckon(*how, a, b)?,
                _ => Value::Missing,
            },
            Self::Negative(node) => match node.value(values)? {
                Value::Number(number) => Value::Number(-number),
                _ => Value::Missing,
            },
            Self::Least(nodes) => extreme(nodes, values, Decimal::min)?,
            Self::Greatest(nodes) => extreme(nodes, values, Decimal::max)?,
            Self::Round(node, places) => match node.value(values)? {
                Value::Number(number) => Value::Number(rounded(number, *places)),
                _ => Value::Missing,
            },
            Self::If(condition, then, other) => {
                if yes(condition.value(values)?) {
                    then.value(values)?
                } else {
                    other.value(values)?
                }
            }
            Self::OrElse(node, other) => match node.value(values)? {
                Value::Missing => other.value(values)?,
                there => there,
            },
        })
    }
}

const fn yes(value: Value<'_>) -> bool {
    matches!(value, Value::Flag(true))
}

fn compare(relation: Relation, a: Value<'_>, b: Value<'_>) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match relation {
            Relation::Same => a == b,
            Relation::Other => a != b,
            Relation::Less => a < b,
            Relation::Most => a <= b,
            Relation::More => a > b,
            Relation::Least => a >= b,
        },
        (Value::Word(a), Value::Word(b)) => match relation {
            Relation::Same => a == b,
            Relation::Other => a != b,
            _ => false,
        },
        (Value::Flag(a), Value::Flag(b)) => match relation {
            Relation::Same => a == b,
            Relation::Other => a != b,
            _ => false,
        },
        _ => false,
    }
}

fn reckon(how: Reckoning, a: Decimal, b: Decimal) -> Result<Value<'static>, Miscount> {
    let result = match how {
        Reckoning::Plus => a.checked_add(b),
        Reckoning::Minus => a.checked_sub(b),
        Reckoning::Times => a.checked_mul(b),
        Reckoning::Over if b.is_zero() => return Ok(Value::Missing),
        Reckoning::Over => a.checked_div(b),
    };
    result.map(Value::Number).ok_or(Miscount::Overflow)
}

fn extreme<'a>(
    nodes: &'a [Node],
    values: &[Value<'a>],
    which: impl Fn(Decimal, Decimal) -> Decimal,
) -> Result<Value<'a>, Miscount> {
    let mut found: Option<Decimal> = None;
    for node in nodes {
        let Value::Number(number) = node.value(values)? else {
            return Ok(Value::Missing);
        };
        found = Some(found.map_or(number, |known| which(known, number)));
    }
    Ok(found.map_or(Value::Missing, Value::Number))
}
