//! Serves the made-up world of the tests, to look at the pages: `cargo run -p web --example show -- 8080`.

#[path = "../tests/world/mod.rs"]
mod world;

use std::error::Error;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::args().nth(1).map_or(Ok(0), |text| text.parse::<u16>())?;
    let folder = tempfile::tempdir()?;
    let router = web::router(world::state(folder.path()).await);
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
