//! The edge, asked as browsers and machines ask it: the real router over the real application on
//! SQLite in a folder of its own.

mod command;
mod console;
mod document;
mod fixture;
mod live;
mod mask;
mod repeat;
mod rights;
mod shape;
mod visitor;
