//! A server that takes everything and keeps nothing, so that a measurement shows the client: `benches/whole.py` starts it.
//!
//! It answers what `uiq` and UiPath's SDK ask before and while they add items. A thread a connection, a buffer a thread; bodies are
//! read and counted, not parsed. It uses the standard library alone, so that `rustc` builds it in a second, without the crate.
#![allow(clippy::print_stdout)] // the first line of its output is its port

mod answer;
mod exchange;

use std::env;
use std::io::{self, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use exchange::{Counters, serve};

const USAGE: &str = "a server for benches/whole.py: serve [--latency MILLISECONDS] [--record FOLDER]";

/// How it is to behave.
#[derive(Debug, Default)]
struct Options {
    /// How long after the last byte of a request its answer leaves.
    latency: Duration,
    /// Where bodies are kept, each in a file, in the order in which they came.
    record: Option<PathBuf>,
}

fn main() -> io::Result<()> {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() != Some("serve") {
        // `cargo bench` and `cargo test --benches` start every target; there is nothing to measure here.
        println!("{USAGE}");
        return Ok(());
    }
    let Some(options) = options(arguments) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, USAGE));
    };
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    io::stdout().flush()?;
    let (options, counters) = (Arc::new(options), Arc::new(Counters::default()));
    for connection in listener.incoming() {
        let (connection, options, counters) = (connection?, Arc::clone(&options), Arc::clone(&counters));
        // A client that goes away ends its own thread, and nobody else's.
        thread::spawn(move || serve(connection, &options, &counters));
    }
    Ok(())
}

fn options(mut arguments: impl Iterator<Item = String>) -> Option<Options> {
    let mut options = Options::default();
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--latency" => options.latency = Duration::from_millis(value.parse().ok()?),
            "--record" => options.record = Some(PathBuf::from(value)),
            _ => return None,
        }
    }
    Some(options)
}
