//! Compiles, which is all that it is for.

progenitor::generate_api!("../../../../openapi/consentry.json");
