//! What may happen to a case and who may do it: pure functions over plain data.
