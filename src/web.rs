//! The HTTP edge: HTTP in, HTTP out.

pub mod pages;
