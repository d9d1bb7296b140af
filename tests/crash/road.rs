//! The road between the program and the sandbox: it sees every request, and lets something happen at a chosen moment of one.
//!
//! A relay for HTTP/1.1 with lengths, which is all that the two speak. It stands apart from both, so that "sent but not executed"
//! or "executed but not answered" can be brought about without a hook in either.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};

/// Where a request is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its head has come.
    Arriving,
    /// It has come as a whole, and was not handed on.
    Received,
    /// It was executed, or whatever the server makes of it, and the answer was not handed on.
    Executed,
    /// The answer was handed on.
    Answered,
}

impl Stage {
    pub(crate) const ALL: [Self; 4] = [Self::Arriving, Self::Received, Self::Executed, Self::Answered];
}

/// Which requests are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Which {
    /// Those that add items.
    Writes,
    /// All of them.
    All,
}

/// A moment on the road: a stage of the `number`-th request, counted from one since the moment was set.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    pub(crate) which: Which,
    pub(crate) number: u64,
    pub(crate) stage: Stage,
}

type Deed = Box<dyn FnOnce() + Send>;

/// What waits for its moment.
#[derive(Default)]
struct Plan {
    seen: [u64; 2],
    next: Option<(Moment, Deed)>,
}

/// The road.
pub(crate) struct Road {
    address: SocketAddr,
    plan: Arc<Mutex<Plan>>,
}

impl Road {
    /// Builds the road to `server`. It stays until the process ends; a thread that waits for a connection costs nothing.
    pub(crate) fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let plan = Arc::new(Mutex::new(Plan::default()));
        let shared = Arc::clone(&plan);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let plan = Arc::clone(&shared);
                // An error is a connection that ended, on either side: both see it when ours are dropped.
                std::thread::spawn(move || drop(relay(&client, server, &plan)));
            }
        });
        Self { address, plan }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Has `deed` done at `moment`; the request waits until it is done. Replaces what was waiting before.
    pub(crate) fn at(&self, moment: Moment, deed: impl FnOnce() + Send + 'static) {
        *lock(&self.plan) = Plan { seen: [0; 2], next: Some((moment, Box::new(deed))) };
    }

    /// Lets everything pass, and counts anew.
    pub(crate) fn clear(&self) {
        *lock(&self.plan) = Plan::default();
    }
}

fn lock(plan: &Mutex<Plan>) -> std::sync::MutexGuard<'_, Plan> {
    plan.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A request by its numbers among all requests, and among those that add items.
#[derive(Clone, Copy)]
struct Number {
    all: u64,
    write: Option<u64>,
}

impl Plan {
    fn count(&mut self, head: &str) -> Number {
        let writes = head.starts_with("POST ") && head.lines().next().unwrap_or_default().contains("AddQueueItem");
        self.seen[0] += 1;
        self.seen[1] += u64::from(writes);
        Number { all: self.seen[0], write: writes.then_some(self.seen[1]) }
    }

    fn take(&mut self, number: Number, stage: Stage) -> Option<Deed> {
        let fits = |moment: &Moment| {
            moment.stage == stage
                && match moment.which {
                    Which::All => moment.number == number.all,
                    Which::Writes => Some(moment.number) == number.write,
                }
        };
        self.next.take_if(|(moment, _)| fits(moment)).map(|(_, deed)| deed)
    }
}

fn relay(client: &TcpStream, server: SocketAddr, plan: &Mutex<Plan>) -> io::Result<()> {
    let upstream = TcpStream::connect(server)?;
    upstream.set_nodelay(true)?;
    client.set_nodelay(true)?;
    let (mut from_client, mut from_server) = (BufReader::new(client), BufReader::new(&upstream));
    loop {
        let mut request = head(&mut from_client)?;
        let number = lock(plan).count(&String::from_utf8_lossy(&request));
        let reach = |stage| {
            let deed = lock(plan).take(number, stage);
            if let Some(deed) = deed {
                deed();
            }
        };
        reach(Stage::Arriving);
        let length = length(&request);
        if io::copy(&mut (&mut from_client).take(length), &mut request)? < length {
            return Ok(()); // its sender is gone, and no server executes half a request
        }
        reach(Stage::Received);
        (&upstream).write_all(&request)?;

        let answer = whole_answer(&mut from_server);
        reach(Stage::Executed);
        let (answer, come) = answer?;
        let passed = { client }.write_all(&answer);
        reach(Stage::Answered);
        passed?;
        if come == Come::InPart {
            return Ok(()); // cut in the middle; so is ours
        }
    }
}

/// How much of an answer has come.
#[derive(PartialEq, Eq)]
enum Come {
    Whole,
    InPart,
}

fn whole_answer(from: &mut impl BufRead) -> io::Result<(Vec<u8>, Come)> {
    let mut answer = head(from)?;
    let promised = length(&answer);
    let come = io::copy(&mut from.take(promised), &mut answer)?;
    Ok((answer, if come < promised { Come::InPart } else { Come::Whole }))
}

fn head(from: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        if from.read_until(b'\n', &mut head)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(head)
}

fn length(head: &[u8]) -> u64 {
    let head = String::from_utf8_lossy(head).to_lowercase();
    assert!(!head.contains("transfer-encoding:"), "the road knows lengths only: {head}");
    let value = head.lines().find_map(|line| line.strip_prefix("content-length:"));
    value.map_or(0, |value| value.trim().parse().unwrap())
}
