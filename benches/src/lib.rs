//! Measuring several ways to the same answer in one run, so that only their ratio counts.

pub mod rounds;
