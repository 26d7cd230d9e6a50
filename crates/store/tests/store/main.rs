//! Every test runs on both engines, except where only one has the part.

#[cfg(test)]
mod append;
mod attachment;
#[cfg(test)]
mod build;
#[cfg(test)]
mod chain;
#[cfg(test)]
mod faults;
#[cfg(test)]
mod ground;
#[cfg(test)]
mod list;
#[cfg(test)]
mod proxy;
#[cfg(test)]
mod schema;
#[cfg(test)]
mod upkeep;
