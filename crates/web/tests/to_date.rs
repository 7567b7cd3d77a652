//! A month that was not over when it was published says so, on its pages and to programs.

mod api_server;
#[allow(dead_code)]
mod world;

use api_server::serve_more;
use web::Keys;

#[test]
fn a_running_month_is_told_apart() {
    // June as it stood on its third day.
    let server =
        serve_more(true, vec![world::publication("2024-06", "generation-of-2024-05")], Keys::default());
    let words = "month to date, data until 2024-06-01T00:00:00Z";
    assert!(server.get("/?month=2024-06").body.contains(words));
    let meta =
        |month: &str| server.get(&format!("/api/world?month={month}")).json()["meta"]["warnings"].to_string();
    assert!(meta("2024-06").contains(words), "{}", meta("2024-06"));
    assert!(!server.get("/?month=2024-05").body.contains("month to date"));
    assert!(!meta("2024-05").contains("month to date"));
}
