//! The whole program below HTTP: stories of one county with two platforms, on real stores, with
//! a clock set by hand and a link whose weather is played by dice.

#[cfg(test)]
mod attachment;
#[cfg(test)]
mod board;
#[cfg(test)]
mod clocks;
#[cfg(test)]
mod crossing;
#[cfg(test)]
mod cut;
#[cfg(test)]
mod danger;
#[cfg(test)]
mod deadline;
#[cfg(test)]
mod desk;
#[cfg(test)]
mod follow_up;
#[cfg(test)]
mod keep;
#[cfg(test)]
mod key;
#[cfg(test)]
mod kill;
#[cfg(test)]
mod knowledge;
#[cfg(test)]
mod learning;
#[cfg(test)]
mod list;
#[cfg(test)]
mod live;
#[cfg(test)]
mod message;
#[cfg(test)]
mod nuisance;
#[cfg(test)]
mod office;
#[cfg(test)]
mod place;
#[cfg(test)]
mod player;
#[cfg(test)]
mod press;
#[cfg(test)]
mod race;
#[cfg(test)]
mod reach;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod rubbish;
#[cfg(test)]
mod score;
#[cfg(test)]
mod search;
#[cfg(test)]
mod story;
#[cfg(test)]
mod supervision;
#[cfg(test)]
mod tamper;
#[cfg(test)]
mod tier;
#[cfg(test)]
mod voice;
