//! Carries signed, numbered envelopes between platforms.
