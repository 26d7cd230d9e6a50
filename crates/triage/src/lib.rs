//! A narrative goes in; desk, matter, unit, urgency and danger come out, each with its evidence.
