//! Requests on one connection, one after the other.

use std::fs;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use super::Options;
use super::answer::{Asked, answer};

/// Bytes read at a time: as much as a socket holds on loopback.
const BUFFER: usize = 256 * 1024;

/// What has come, over all connections. `GET /counters` shows it.
#[derive(Debug, Default)]
pub(super) struct Counters {
    /// Requests that add items.
    requests: AtomicU64,
    /// Bytes of their bodies.
    bytes: AtomicU64,
    /// When the last of them began to arrive, in nanoseconds since 1970.
    arrived: AtomicU64,
}

impl Counters {
    pub(super) fn json(&self) -> String {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let (requests, bytes, arrived) = (of(&self.requests), of(&self.bytes), of(&self.arrived));
        format!("{{\"requests\":{requests},\"bytes\":{bytes},\"arrived\":{arrived}}}")
    }
}

/// Answers the requests of one connection until it ends.
pub(super) fn serve(mut connection: TcpStream, options: &Options, counters: &Counters) -> io::Result<()> {
    connection.set_nodelay(true)?;
    let mut buffer = vec![0; BUFFER];
    let mut filled = 0;
    loop {
        let (head_end, began) = read_head(&mut connection, &mut buffer, &mut filled)?;
        let Some(head_end) = head_end else { return Ok(()) };
        let head = String::from_utf8_lossy(&buffer[..head_end]).into_owned();
        let length: usize = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        if header(&head, "expect").is_some() {
            connection.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        }
        let asked = Asked::of(&head);
        let behind = (filled - head_end).min(length);
        let mut kept =
            options.record.as_ref().filter(|_| asked.adds()).map(|_| buffer[head_end..head_end + behind].to_vec());
        buffer.copy_within(head_end + behind..filled, 0);
        filled -= head_end + behind;
        discard(&mut connection, &mut buffer, length - behind, kept.as_mut())?;
        if asked.adds() {
            let number = counters.requests.fetch_add(1, Ordering::Relaxed);
            counters.bytes.fetch_add(length as u64, Ordering::Relaxed);
            counters.arrived.store(began, Ordering::Relaxed);
            if let (Some(folder), Some(body)) = (&options.record, kept) {
                fs::write(folder.join(format!("{number:06}.json")), body)?;
            }
            if !options.latency.is_zero() {
                thread::sleep(options.latency);
            }
        }
        connection.write_all(answer(asked, &head, counters).as_bytes())?;
    }
}

/// Reads to the blank line behind the headers: where they end, and when the first of them came.
fn read_head(connection: &mut TcpStream, buffer: &mut [u8], filled: &mut usize) -> io::Result<(Option<usize>, u64)> {
    let mut began = None;
    loop {
        if *filled > 0 {
            began.get_or_insert_with(now);
            if let Some(end) = buffer[..*filled].windows(4).position(|window| window == b"\r\n\r\n") {
                return Ok((Some(end + 4), began.unwrap_or_default()));
            }
        }
        let read = connection.read(&mut buffer[*filled..])?;
        if read == 0 {
            return Ok((None, 0));
        }
        *filled += read;
    }
}

/// Reads the rest of a body, into `kept` or nowhere. It may overwrite the buffer only where nothing waits in it: behind a body that
/// has not come as a whole there is nothing yet.
fn discard(
    connection: &mut TcpStream,
    buffer: &mut [u8],
    mut left: usize,
    mut kept: Option<&mut Vec<u8>>,
) -> io::Result<()> {
    while left > 0 {
        let most = left.min(buffer.len());
        let read = connection.read(&mut buffer[..most])?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if let Some(kept) = kept.as_mut() {
            kept.extend_from_slice(&buffer[..read]);
        }
        left -= read;
    }
    Ok(())
}

/// The value of a header; names are in any case of letters.
pub(super) fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
