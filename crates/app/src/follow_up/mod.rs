//! 回访: the list of whom to ask, who has it, links to rate by, sampling rules, inspections.

mod claim;
mod inspection;
mod link;
mod list;
mod row;
mod rules;

pub(crate) use rules::read_sampling;
