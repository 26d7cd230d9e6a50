//! Placeholder of the first slice: every call says that the engine is not there yet.
use crate::append::Order;
use crate::error::StoreError;
use crate::value::Value;
use tokio::sync::{mpsc, watch};
#[derive(Debug)]
pub(crate) struct Postgres {
    pub(crate) orders: mpsc::Sender<Order>,
}
impl Postgres {
    pub(crate) async fn open(_: &str, _: usize, _: watch::Sender<i64>) -> Result<Self, StoreError> {
        Err(StoreError::NotHere("PostgreSQL is not built in yet"))
    }
    pub(crate) fn close(&self) {}
    pub(crate) async fn rows(
        &self,
        _: &str,
        _: Vec<Value>,
        _: std::time::Duration,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        Err(StoreError::NotHere("PostgreSQL is not built in yet"))
    }
}
pub(crate) async fn migrate(_: &str) -> Result<Vec<String>, StoreError> {
    Err(StoreError::NotHere("PostgreSQL is not built in yet"))
}
