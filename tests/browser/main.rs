//! What people see, in a real browser: headless Chromium, driven by chromedriver.
//!
//! Needs `chromium` and `chromedriver`. Where they are missing, the tests say so and pass, unless `UIQ_REQUIRE_BROWSER=1`. With
//! `UIQ_PICTURES=FOLDER` they leave pictures of the pages there.
#![cfg(unix)]
#![allow(dead_code)] // place and server are those of tests/grants, of which this needs a part
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)] // all of it is test code, helpers too

mod driver;
mod login;
#[path = "../grants/place.rs"]
mod place;
mod report;
#[path = "../grants/server.rs"]
mod server;
mod watch;
