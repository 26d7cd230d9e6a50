//! The exchange from outside: the wire against mutations, the receiver against everything wrong, and
//! two platforms over links that lose, double, delay and reorder while both sides crash.

#[cfg(test)]
mod https;
#[cfg(test)]
mod lossy_link;
#[cfg(test)]
mod platform;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod sender_loop;
#[cfg(test)]
mod wire;
