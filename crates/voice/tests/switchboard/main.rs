//! The switchboard: stories, laws over random histories, and the queue against Erlang.
#![cfg(test)]

mod announcing;
mod erlang;
mod laws;
mod numbers;
mod queue;
mod resuming;
mod stories;
mod world;
