//! What goes to the server in one go: the writes of a batch, as few statements as may be.

use std::pin::Pin;
use std::task::Poll;

use crate::append::{Turn, Write, wide};
use crate::value::{Stmt, Value};

/// In the place of a change: the write belongs to the batch itself.
pub(super) const OF_BATCH: usize = usize::MAX;

/// A statement of the pipeline: one write, or many inserts into one table.
pub(super) struct Request<'w> {
    pub(super) stmt: &'static Stmt,
    pub(super) values: Vec<&'w Value>,
    /// The change it belongs to, if to one alone.
    pub(super) place: Option<usize>,
    pub(super) must_hit: bool,
}

/// A write as a request of its own.
pub(super) fn alone<'w>((place, write): &'w (usize, Write<'_>)) -> Request<'w> {
    Request {
        stmt: write.stmt,
        values: write.values().collect(),
        place: Some(*place),
        must_hit: write.must_hit,
    }
}

/// The batch with its inserts gathered by table, as far as their [`Turn`] allows.
pub(super) fn together<'w>(writes: &'w [(usize, Write<'_>)]) -> Vec<Request<'w>> {
    let mut requests = Vec::new();
    gather(writes, Turn::Early, &mut requests);
    let in_order = |write: &&(usize, Write<'_>)| write.1.turn == Turn::InOrder;
    requests.extend(writes.iter().filter(in_order).map(alone));
    gather(writes, Turn::Late, &mut requests);
    requests
}

fn gather<'w>(writes: &'w [(usize, Write<'_>)], turn: Turn, requests: &mut Vec<Request<'w>>) {
    let mut tables: Vec<(&'static Stmt, Vec<&'w (usize, Write<'_>)>)> = Vec::new();
    for write in writes.iter().filter(|write| write.1.turn == turn) {
        match tables
            .iter_mut()
            .find(|(stmt, _)| stmt.name == write.1.stmt.name)
        {
            Some((_, rows)) => rows.push(write),
            None => tables.push((write.1.stmt, vec![write])),
        }
    }
    for (base, rows) in tables {
        let mut rows = rows.into_iter();
        while let Some((width, stmt)) = wide::at_most(base, rows.len()) {
            requests.push(Request {
                stmt,
                values: rows
                    .by_ref()
                    .take(width)
                    .flat_map(|row| row.1.values())
                    .collect(),
                place: None,
                must_hit: false,
            });
        }
        requests.extend(rows.map(alone));
    }
}

/// Sends all requests in their order before waiting for the first answer.
pub(super) async fn in_order<T, F: Future<Output = T>>(
    requests: impl Iterator<Item = F>,
) -> Vec<T> {
    let mut waiting: Vec<(Pin<Box<F>>, Option<T>)> =
        requests.map(|request| (Box::pin(request), None)).collect();
    // The first poll puts a request on the wire.
    std::future::poll_fn(|context| {
        for (request, answer) in &mut waiting {
            if let Poll::Ready(early) = request.as_mut().poll(context) {
                *answer = Some(early);
            }
        }
        Poll::Ready(())
    })
    .await;
    let mut answers = Vec::with_capacity(waiting.len());
    for (request, early) in waiting {
        answers.push(match early {
            Some(answer) => answer,
            None => request.await,
        });
    }
    answers
}
