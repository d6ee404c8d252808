//! scratch

#[test]
fn dump() {
    std::fs::write("/tmp/raw.json", consentry::web::api::service().spec()).unwrap();
}
