//! The store, on both databases.

mod db;
